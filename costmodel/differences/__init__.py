"""What has changed between two workbooks: inputs, formulas, results and checks, matched by meaning and not by place."""
