"""Pages name an icon, so that no browser asks for one that is not there and fills the log with 404."""

import re

import pytest


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_name_an_icon_that_is_there(service, path):
    page = service.client.get(path).get_data(as_text=True)
    (address,) = re.findall(r'<link rel="icon"[^>]* href="([^"]+)"', page)
    with service.client.get(address) as icon:
        assert icon.status_code == 200 and icon.content_type.startswith("image/svg+xml")
