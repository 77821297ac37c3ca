"""Builds the server and runs it: the entry for a person and for a Hugging Face Space alike."""

import sys

from seq2seq_keras.app.serving import main

if __name__ == "__main__":
    sys.exit(main())
