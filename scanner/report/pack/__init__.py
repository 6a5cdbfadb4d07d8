"""帳票14 実地調査資料一式: forms, record, coverage and the means to verify them, in one archive without personal data."""
