"""`python -m seq2seq_keras` is the same program as `seq2seq-keras`."""

from seq2seq_keras.cli import main

if __name__ == "__main__":
    main()
