"""The server and its page, a file a tab; nothing here imports TensorFlow or Keras."""
