/**
 * What fetches from the addresses that it is given, and who answers over TLS.
 * Source: the manuals of the programs; the lists of Ubuntu's and Debian's mirrors; GitHub's blog, "Improving Git protocol security on
 * GitHub", 2021-09-01. Read 2026-11.
 */

/** Programs whose words are addresses to fetch from; the words with which they do (none: always). */
export const ADDRESS_FETCHERS: Readonly<Record<string, readonly string[]>> = {
	git: ["clone", "fetch", "pull", "submodule", "ls-remote", "remote"],
	gpg: ["--fetch-keys", "--fetch-key"],
	gpg2: ["--fetch-keys", "--fetch-key"],
	"apt-key": ["--fetch-keys", "--fetch-key"],
	svn: ["co", "checkout", "export", "update", "switch"],
	hg: ["clone", "pull"],
	bzr: ["branch", "checkout"],
	pip: [],
	pip2: [],
	pip3: [],
	uv: [],
	easy_install: [],
	npm: [],
	yarn: [],
	pnpm: [],
	bun: [],
	gem: [],
	bundle: [],
	composer: [],
	conda: [],
	mamba: [],
	rpm: [],
	yum: [],
	dnf: [],
	"yum-config-manager": [],
	microdnf: [],
	zypper: [],
	apk: [],
	cpan: [],
	cpanm: [],
	luarocks: [],
	dotnet: [],
	nuget: [],
	go: [],
	helm: [],
	R: [],
	Rscript: [],
	r: [],
};
/** Package managers whose packages are signed: what travels can be read, but not changed unseen. */
export const SIGNING_MANAGERS: ReadonlySet<string> = new Set(["apk", "yum", "yum-config-manager", "dnf", "microdnf", "zypper"]);
/** Files that these take without a signature: single packages, and lists of sources, in which whoever changes them switches the checks off. */
export const UNSIGNED_FILES = /\.rpm\b|\.repo["']?$/;
/** Variables that tools take indexes and registries from. */
export const INDEX_VARIABLES =
	/^(?:PIP_(?:EXTRA_)?INDEX_URL|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|npm_config_registry|NPM_CONFIG_REGISTRY|YARN_(?:NPM_)?REGISTRY(?:_SERVER)?|GOPROXY|CONDA_CHANNEL_ALIAS|CRAN|BUNDLE_MIRROR\w*|NUGET_\w*SOURCE|RUSTUP_(?:DIST_SERVER|UPDATE_ROOT)|NVM_NODEJS_ORG_MIRROR|NODEJS_ORG_MIRROR)$/;
/**
 * Hosts that do not speak TLS, or not under this name: mirrors of distributions, whose packages are signed. Ubuntu's have names of
 * countries and clouds in front: `nz2.archive.ubuntu.com`, `us-east-1.ec2.archive.ubuntu.com`. And HMMER's (EddyRivasLab/hmmer#335).
 */
export const HOSTS_WITHOUT_TLS =
	/^(?:[a-z0-9-]+\.){0,3}(?:archive|ports|security)\.ubuntu\.com$|^ftp\d*\.[a-z]{2}\.debian\.org$|^eddylab\.org$/i;
/** Hosts that have switched `git://` off, and give the same repositories over https. */
export const GIT_HOSTS_WITH_TLS = /^(?:gist\.)?github\.com$/i;
