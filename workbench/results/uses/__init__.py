"""What an estimator uses: importance, effects and interactions of columns, reasons for one prediction, and what if."""
