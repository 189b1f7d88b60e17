"""What is measured on: labelled pictures, doubts about them, and pictures drawn for a suite."""
