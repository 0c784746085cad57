"""The environment behind the commands in `setup/`.

Only the standard library: these modules run before the virtual environment
exists. `environment.prepare()` is the way in.
"""
