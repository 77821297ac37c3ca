"""Accounts of a server that a group shares: names, passwords, and the file that keeps them."""

from seq2seq_keras.accounts.book import FOLDER, Account, AccountBook
from seq2seq_keras.accounts.names import check_name, key_of
from seq2seq_keras.accounts.passwords import check_password

__all__ = ["FOLDER", "Account", "AccountBook", "check_name", "check_password", "key_of"]
