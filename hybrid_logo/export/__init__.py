"""Extra ``export``: artefacts for other runtimes, each with a parity gate."""
