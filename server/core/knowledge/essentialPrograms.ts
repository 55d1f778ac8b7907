/**
 * Programs that make what an image is for: they fetch, unpack, compile or install, and a failure of theirs means that something
 * is missing. What also fails over what does not matter (`rm`, `grep`, `useradd`, `service`) is not among them.
 * Source: the manuals of the programs. Read 2026-11.
 */
export const ESSENTIAL_PROGRAMS: ReadonlySet<string> = new Set(
	[
		"curl wget aria2c git svn hg tar unzip bunzip2 gunzip dpkg rpm",
		"make cmake ninja meson gcc g++ cc clang go cargo rustc mvn gradle mvnw gradlew sbt ant javac configure autoreconf",
		"npm yarn pnpm bun npx pip pip3 poetry pipenv uv bundle gem composer dotnet mix luarocks cpanm conda mamba",
		"docker-php-ext-install docker-php-ext-configure docker-php-ext-enable pecl phpenmod a2enmod a2enconf a2ensite",
	].flatMap((line) => line.split(" ")),
);
