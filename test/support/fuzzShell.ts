/** Gives numbers from 0 up to, but not including, 1. */
export type Random = () => number;

const COMMANDS = [
	"a",
	"constructor a",
	"dnf constructor",
	"npm __proto__ --constructor=1",
	"git valueOf toString",
	"echo a",
	"true",
	":",
	"apt-get update",
	"apt-get install -y curl",
	"apt-get install -y --no-install-recommends a=1 b",
	"apt install a",
	"apk add --no-cache a",
	"apk add a",
	"yum -y install a",
	"dnf install -y a && dnf clean all",
	"pip install a",
	"pip3 install --no-cache-dir -r requirements.txt",
	"npm ci",
	"npm install -g a",
	"yarn install",
	"gem install a",
	"go install a@latest",
	"cargo install a",
	"curl -fsSL https://a.example/b | sh",
	"curl -o /tmp/a http://a.example/b",
	"wget -qO- https://a.example/b.tar.gz | tar xz -C /opt",
	"wget --no-check-certificate https://a.example/b",
	"chmod 777 /a",
	"chmod -R a+w /app",
	"chown -R a:a /app",
	"rm -rf /var/lib/apt/lists/*",
	"rm -rf /tmp/*",
	"useradd -m a",
	"adduser -D a",
	"groupadd -r a && useradd -r -g a a",
	"sudo a",
	"su - a",
	"cd /a",
	"cd /a && make",
	"export A=b",
	"A=b c",
	"set -eux",
	"set -o pipefail",
	"git clone https://a.example/b.git",
	"ssh-keyscan a >> ~/.ssh/known_hosts",
	"echo 'a' > /etc/b",
	'echo "$A" | passwd --stdin',
	"echo root:a | chpasswd",
	"tar xf a.tar -C /b",
	"make -j$(nproc)",
	"[[ $A == b ]]",
	"[ -f a ]",
	"source a",
	". a",
	"sh -c 'a && b'",
	'bash -lc "a; b"',
	'exec "$@"',
	"find / -name a -exec rm {} +",
	"sed -i 's/a/b/' c",
	"printf '%s\\n' a",
	"cat <<<a",
	"a=(b c)",
	"(( a++ ))",
	"docker login -u a -p b",
	"export TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyz",
	"apk del a",
	"add-apt-repository ppa:a/b",
	"apt-key add a",
	"gpg --keyserver a --recv-keys b",
	"kill -9 1",
	"service a start",
	"systemctl enable a",
	"é",
	"-a",
	'"a b" c',
	"$A",
	"${A:-b} c",
	"$(a) b",
] as const;

function pick<T>(random: Random, values: readonly T[]): T {
	return values[Math.floor(random() * values.length)] as T;
}

/** A shell script as RUN may hold it: several commands, on several lines as often as not. */
export function shellText(random: Random, depth = 0): string {
	const count = 1 + Math.floor(random() * (depth === 0 ? 4 : 2));
	let text = command(random, depth);
	for (let index = 1; index < count; index++) {
		const operator = pick(random, ["&&", "&&", "&&", ";", "||", "|", "&", "|&", "; \\\n#a\n"]);
		const joint = pick(random, [
			` ${operator} `,
			` ${operator} `,
			` \\\n    ${operator} `,
			` ${operator} \\\n    `,
			operator,
			` \\\n# a\n  ${operator} `,
			` \\\n\n ${operator} `,
		]);
		text += joint + command(random, depth);
	}
	return text;
}

function command(random: Random, depth: number): string {
	if (depth > 2 || random() < 0.75) return pick(random, COMMANDS) + redirect(random);
	const part = (): string => shellText(random, depth + 1);
	const forms: readonly (() => string)[] = [
		() => `( ${part()} )`,
		() => `(${part()})`,
		() => `{ ${part()}; }`,
		() => `if ${part()}; then ${part()}; fi`,
		() => `if ${part()}; then ${part()}; elif ${part()}; then ${part()}; else ${part()}; fi`,
		() => `for a in b c; do ${part()}; done`,
		() => `while ${part()}; do ${part()}; done`,
		() => `case "$A" in b) ${part()} ;; *) ${part()} ;; esac`,
		() => `a() { ${part()}; }`,
		() => `! ${part()}`,
		() => `a=$(${part()})`,
		() => `a "$(${part()})"`,
		() => `echo \`${part()}\``,
		() => `sh -c '${part()}'`,
		() => `{ ${part()}`,
		() => `${part()} )`,
		() => `cat > /a <<E && ${part()}`,
	];
	return pick(random, forms)() + redirect(random);
}

function redirect(random: Random): string {
	return random() < 0.9 ? "" : pick(random, [" > /dev/null", " 2>&1", " >> /a", " < a", " &> a", " 2>/dev/null || true"]);
}
