"""Figures about answers, as pure functions of arrays: shares, calibration, risk, differences."""
