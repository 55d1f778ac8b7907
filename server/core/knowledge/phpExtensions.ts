/**
 * What an image of PHP can no longer build of its extensions, by the line from which on. Source: UPGRADING and the migration guides of
 * PHP 7.0 to 8.4 (php.net/manual/migration74.other-changes.php on pkg-config), docker-php-ext-configure and -install of
 * docker-library/php, which stop at unknown options and names, and its issues 912 and 931. Read 2026-11.
 */

/** Extensions that left the sources of PHP, and the first line without them. */
export const GONE_EXTENSIONS: Readonly<Record<string, string>> = {
	ereg: "7.0",
	mssql: "7.0",
	mysql: "7.0",
	sybase_ct: "7.0",
	mcrypt: "7.2",
	interbase: "7.4",
	recode: "7.4",
	wddx: "7.4",
	xmlrpc: "8.0",
	imap: "8.4",
	oci8: "8.4",
	pdo_oci: "8.4",
	pspell: "8.4",
};

/** Options of their configure scripts that are unknown from a line on. */
export const GONE_OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	gd: {
		"--with-t1lib": "7.0",
		"--with-vpx-dir": "7.0",
		"--enable-gd-native-ttf": "7.2",
		"--with-gd": "7.4",
		"--with-freetype-dir": "7.4",
		"--with-jpeg-dir": "7.4",
		"--with-png-dir": "7.4",
		"--with-webp-dir": "7.4",
		"--with-xpm-dir": "7.4",
		"--with-zlib-dir": "7.4",
	},
	intl: { "--with-icu-dir": "7.4" },
	mbstring: { "--with-onig": "7.4" },
	zip: { "--enable-zip": "7.4", "--with-libzip": "7.4", "--with-zlib-dir": "7.4" },
};

/** Libraries that PHP brought with it up to a line: the packages of Debian and Alpine, one of which has to be there from then on. */
export const UNBUNDLED_LIBRARIES: Readonly<Record<string, { readonly since: string; readonly packages: readonly string[] }>> = {
	mbstring: { since: "7.4", packages: ["libonig-dev", "oniguruma-dev"] },
	pdo_sqlite: { since: "7.4", packages: ["libsqlite3-dev", "sqlite-dev"] },
	sqlite3: { since: "7.4", packages: ["libsqlite3-dev", "sqlite-dev"] },
	zip: { since: "7.4", packages: ["libzip-dev"] },
};

/** Releases of an extension in PECL, and the last line of PHP that they build with. */
export interface PeclReleases {
	/** The first release that this is not true of; undefined where it is true of all. */
	readonly below?: string;
	readonly last: string;
}

/**
 * By extension, old releases first. Source: xdebug.org/docs/compat, the package.xml and release notes of the others in pecl.php.net, and
 * issues 667 of Imagick/imagick and 979 of mlocati/docker-php-extension-installer. Read 2026-11.
 */
export const PECL_RELEASES: Readonly<Record<string, readonly PeclReleases[]>> = {
	apcu: [{ below: "5", last: "5.6" }],
	imagick: [
		{ below: "3.3", last: "5.6" },
		{ below: "3.5", last: "7.4" },
		{ below: "3.8", last: "8.2" },
	],
	memcache: [
		{ below: "4", last: "5.6" },
		{ below: "8", last: "7.4" },
	],
	memcached: [
		{ below: "3", last: "5.6" },
		{ below: "3.2", last: "7.4" },
	],
	mongo: [{ last: "5.6" }],
	redis: [
		{ below: "3", last: "5.6" },
		{ below: "5.3", last: "7.4" },
	],
	xdebug: [
		{ below: "2.4", last: "5.6" },
		{ below: "2.5", last: "7.0" },
		{ below: "2.6", last: "7.1" },
		{ below: "2.7", last: "7.2" },
		{ below: "2.8", last: "7.3" },
		{ below: "3.0", last: "7.4" },
		{ below: "3.1", last: "8.0" },
		{ below: "3.2", last: "8.1" },
		{ below: "3.3", last: "8.2" },
		{ below: "3.4", last: "8.3" },
		{ below: "3.5", last: "8.4" },
	],
	yaml: [{ below: "2", last: "5.6" }],
	zendopcache: [{ last: "5.6" }],
};
