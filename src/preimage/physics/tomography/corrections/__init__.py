"""Corrections of real scans: from counts to line integrals, the axis of rotation, rings, dead bins, hard beams."""
