"""The path of an order: gate, disk, wire, report, ledger. Start reading at desk.py."""
