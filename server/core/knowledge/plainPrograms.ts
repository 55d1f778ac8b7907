/** Programs that answer a question and do nothing else. Source: POSIX.1-2024, XCU "test"; the manual of bash 5.2, "Conditional Constructs". */
export const TEST_PROGRAMS: ReadonlySet<string> = new Set(["test", "[", "[["]);

/** Programs that make a folder, change it or what is in it, or look at it, and put no file into it. Source: the manuals of coreutils 9, shadow 4.13 and bash 5.2. */
export const BRINGS_NO_FILES: ReadonlySet<string> = new Set(
	"mkdir rm rmdir chmod chown chgrp ls cd pushd test [ [[ useradd adduser groupadd addgroup usermod".split(" "),
);

/**
 * Programs that neither call the system's package manager nor run a script of the project that could: file tools, downloads,
 * compilers, account tools, package managers of languages. What is not listed may do either.
 * Source: the manuals of coreutils 9, busybox 1.36, util-linux 2.39, shadow 4.13, dpkg 1.21, apk-tools 2.14, git 2.39 and of the
 * language package managers named in packageManagers.ts. Read 2026-11.
 */
export const PLAIN_PROGRAMS: ReadonlySet<string> = new Set(
	[
		// Shell
		": true false set unset export local readonly declare typeset shift return exit test [ [[ echo printf cd pushd popd pwd umask ulimit",
		"trap wait read hash type which getopts shopt alias unalias break continue let sleep yes",
		// Files and text
		"ls dir mkdir rmdir rm unlink mv cp ln install touch chmod chown chgrp cat tac tee head tail cut paste sort uniq wc tr sed awk gawk mawk",
		"grep egrep fgrep rg find locate updatedb xargs dirname basename readlink realpath stat file du df dd sync truncate mktemp mkfifo mknod",
		"split join comm diff cmp patch expr seq date id whoami groups hostname uname arch nproc getconf getent env printenv nl od xxd hexdump",
		"strings base64 md5sum sha1sum sha256sum sha384sum sha512sum b2sum cksum setcap getcap chattr rename tree jq yq envsubst dos2unix iconv",
		// Archives and downloads
		"tar gzip gunzip zcat bzip2 bunzip2 xz unxz zstd unzstd zip unzip unzstd 7z 7za ar cpio rsync curl wget aria2c git svn hg ssh-keyscan",
		"ssh-keygen openssl gpg gpg2 gpgv gpgconf dirmngr keytool",
		// Accounts and the system
		"useradd userdel usermod groupadd groupdel groupmod adduser addgroup deluser delgroup passwd chpasswd chsh visudo ldconfig locale-gen",
		"localedef update-locale update-ca-certificates update-ca-trust update-alternatives dpkg-reconfigure dpkg-query dpkg-divert dpkg",
		"dpkg-statoverride debconf-set-selections apt-key apt-mark apt-config add-apt-repository apt-add-repository rpm dpkg-deb fc-cache",
		"mkfontscale mkfontdir sysctl depmod systemctl a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf strip objcopy ldd readelf",
		"setfacl mount umount ps kill killall pkill nohup time timeout nice",
		// Compilers
		"gcc g++ cc c++ clang clang++ ld as cmake ninja meson autoreconf autoconf automake aclocal libtoolize rustc rustup javac jar java go gofmt",
		// Package managers of languages; their own calls are read elsewhere
		"pip pip2 pip3 pipx virtualenv easy_install npm yarn yarnpkg pnpm bun corepack gem bundle bundler cargo uv poetry pipenv composer conda",
		"mamba micromamba mvn gradle dotnet cpan cpanm luarocks opam cabal stack nvm pecl pear docker-php-ext-enable docker-php-ext-configure",
		"docker-php-ext-install phpenmod phpdismod",
	].flatMap((line) => line.split(" ")),
);
