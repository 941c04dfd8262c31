"""The path of an order, step by step, with a broker and a disk in the test's hand."""
