"""What is compiled, which setup.cfg cannot say; everything else stands there."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "nnapp.engine.adam_step",
            ["nnapp/engine/adam_step.c"],
            extra_compile_args=["-O3", "-ffp-contract=off", "-fno-math-errno"],
            # Without a C compiler, and on Windows, whose linker wants a module of Python, it is left out, and NumPy
            # does the same, more slowly (nnapp/engine/compiled_adam.py).
            optional=True,
        )
    ]
)
