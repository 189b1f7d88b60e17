"""What is read out of result files: tables, differences, limits, next steps, figures of documents."""
