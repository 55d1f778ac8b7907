/** A program whose version is part of the paths and names that come with it, so that another version has them elsewhere. */
export interface VersionedProgram {
	/** The product, as supportEnds.ts calls it where it has lines. */
	readonly name: string;
	/** What names a version: the groups, with points between them, are its line. */
	readonly pattern: RegExp;
	/** Where a file makes a version of its own, as a pattern; `VERSION` stands for the line, or a variable. */
	readonly made: string;
	/** Releases that have the line as their own, where several in a row do. */
	readonly packaged?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Paths, programs and files that belong to one line of a program. Source: the file lists of packages.debian.org and pkgs.alpinelinux.org,
 * the images python, php, ruby, postgres and openjdk on Docker Hub, and PEP 425 on the names of wheels. Read 2026-11.
 */
export const VERSIONED_PROGRAMS: readonly VersionedProgram[] = [
	{
		// `/usr/local/lib/python3.8/site-packages`, `python3.8 -m pip`, `pip2`, `easy_install-2.7`, `x-1.0-cp38-cp38-linux_x86_64.whl`, `x.cpython-38-x86_64-linux-gnu.so`.
		// A dash at the end tells apt to remove a package.
		name: "Python",
		pattern:
			/(?<!\w)(?:(?:lib)?python(?:([23])\.(\d+)(?!-(?:\s|$))|(2)(?![\w.]|-(?:\s|$)))|(?:pip|easy_install-|virtualenv-)(?:([23])\.(\d+)(?![\d.])|(2)(?![\w.-]))|cp(3)(\d+)-(?:cp\d|none)|cpython-(3)(\d+))/g,
		made: "Python-VERSION|ftp/python/VERSION|(?:pyenv|uv python) install.{0,60}VERSION|python==?VERSION|--python[ =]VERSION",
		packaged: { "3.6": ["Oracle Linux 7", "Oracle Linux 8"], "3.12": ["Alpine 3.20", "Alpine 3.21", "Alpine 3.22", "Alpine 3.23"] },
	},
	{
		// `/etc/php/7.3/fpm`, `php-fpm7.3`, `libphp7.3.so`, `lib/php/extensions/no-debug-non-zts-20180731`.
		name: "PHP",
		pattern: /(?<![A-Za-z0-9])(?:(?:lib)?php(?:-fpm|\/)?([5-9]\.\d)(?!\d)|no-debug-(?:non-)?zts-(\d{8})(?!\d))/g,
		made: "php-VERSION|(?:phpenv|phpbrew) install.{0,60}VERSION",
	},
	{
		// `ruby2.5`, `/var/lib/gems/2.5.0`, `/usr/local/bundle/ruby/2.5.0`.
		name: "Ruby",
		pattern: /(?<!\w)(?:ruby([2-4]\.\d)(?!\d)|(?:ruby|gems)\/([2-4]\.\d)\.0(?!\d))/g,
		made: "ruby-VERSION|(?:rbenv|rvm|asdf|ruby-install|ruby-build).{0,60}VERSION",
	},
	{
		// `/usr/share/perl/5.28`, `/usr/local/lib/perl5/site_perl/5.28.1`.
		name: "Perl",
		pattern: /(?<!\w)(?:perl5?\/(?:(?:site|vendor)_perl\/)?(5\.\d+)|perl(5\.\d+)(?![\d.]))/g,
		made: "perl-VERSION|(?:perlbrew|plenv) install.{0,60}VERSION",
	},
	{
		// `/usr/lib/postgresql/11/bin`, `/usr/pgsql-11`, `postgresql-11-postgis-3`.
		name: "PostgreSQL",
		pattern: /(?<!\w)(?:postgresql\/|pgsql-|postgresql-(?:[a-z]+-){0,2})(9\.\d|\d\d)(?![\w.])/g,
		made: "postgresql-VERSION\\.\\d",
	},
	{
		// `/usr/local/openjdk-8`, which is a folder of the image openjdk alone.
		name: "OpenJDK",
		pattern: /\/usr\/local\/openjdk-(\d+)/g,
		made: "openjdk-VERSION[\\w.+-]*\\.tar",
	},
];

/** Managers of versions and environments, whose folders hold a version that does not come from the image: `/opt/conda/lib/python3.8`. */
export const OWN_VERSIONS = /conda|mamba|miniforge|pyenv|rbenv|\brvm\b|asdf|phpbrew|phpenv|perlbrew|plenv|\/uv\//i;

/** Folders of the libraries that a release of Debian or Ubuntu is linked against. */
export const SYSTEM_LIBRARIES = /^\/(?:usr\/)?lib\/\w+-linux-gnu\w*(?:\/|$)/;
