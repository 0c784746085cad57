"""Reports."""

from . import ar_late_fee_report, report_dunning_letter, report_statement
