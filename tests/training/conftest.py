from helpers.compile_cache import compile_once  # noqa: F401
