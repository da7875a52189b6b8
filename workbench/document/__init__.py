"""One HTML file that a person keeps: what every report is made of. No network, no script, on screen and on paper."""
