/**
 * Names of packages that attackers imitate, and imitations that were found.
 * Source: the advisories on crossenv (npm, 2017), jeIlyfish and python3-dateutil (PyPI, 2019), colourama (PyPI, 2018), and the most
 * downloaded packages of both registries. Read 2026-11.
 */
export interface PopularPackages {
	/** Names of six letters or more: shorter ones have too many honest neighbours. */
	readonly names: readonly string[];
	/** Names that were published to be mistaken for others: imitation → what was meant. */
	readonly imitations: Readonly<Record<string, string>>;
	/** Honest packages whose names are one letter away. */
	readonly neighbours: readonly string[];
}

export const POPULAR_NPM: PopularPackages = {
	names:
		"express lodash typescript webpack eslint prettier commander nodemon cross-env dotenv mongoose puppeteer playwright http-server jsonwebtoken react-dom sequelize socket.io body-parser node-fetch ts-node concurrently".split(
			" ",
		),
	imitations: {
		crossenv: "cross-env",
		"cross-env.js": "cross-env",
		mongose: "mongoose",
		babelcli: "babel-cli",
		"d3.js": "d3",
		"fabric-js": "fabric",
		ffmepg: "ffmpeg",
		gruntcli: "grunt-cli",
		"http-proxy.js": "http-proxy",
		"jquery.js": "jquery",
		mysqljs: "mysql",
		nodesass: "node-sass",
		"nodemailer-js": "nodemailer",
		"nodemailer.js": "nodemailer",
		noderequest: "request",
		"twilio-npm": "twilio",
		electorn: "electron",
		lodashs: "lodash",
	},
	neighbours: ["tslint", "jslint", "xslint", "expresso", "dotenvx", "webpack5", "lodash4"],
};

export const POPULAR_PYPI: PopularPackages = {
	names:
		"requests urllib3 pandas django tensorflow scikit-learn matplotlib cryptography setuptools selenium sqlalchemy pydantic fastapi gunicorn celery pillow python-dateutil colorama jellyfish pyyaml jupyter transformers virtualenv".split(
			" ",
		),
	imitations: {
		colourama: "colorama",
		jeilyfish: "jellyfish",
		"python3-dateutil": "python-dateutil",
		djanga: "django",
		urllib: "urllib3",
		"setup-tools": "setuptools",
		beautifulsup4: "beautifulsoup4",
		tensorfow: "tensorflow",
	},
	neighbours: ["urllib2", "celeryd", "pillow2", "pydantic2"],
};
