"""Reading back a workbook that a reviewer edited."""
