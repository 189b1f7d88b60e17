"""What is measured: answers, times, throughput, memory, and where."""
