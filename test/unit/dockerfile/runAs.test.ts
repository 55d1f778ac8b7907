import assert from "node:assert/strict";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { rootStartOf } from "../../../server/core/dockerfile/users/rootStart.ts";
import { mayRunAsAnother, runAsBase } from "../../../server/core/dockerfile/users/runAs.ts";
import { unusedUser } from "../../../server/core/dockerfile/users/unusedUser.ts";

function lastStage(...lines: readonly string[]): Stage {
	return parseDockerfile(`${lines.join("\n")}\n`).stages.at(-1) as Stage;
}

function mayRun(...lines: readonly string[]): boolean {
	return mayRunAsAnother(lastStage(...lines));
}

describe("who may run as another user", () => {
	it("not php-fpm as distributions pack it, by any of its names", () => {
		assert.equal(mayRun("FROM oraclelinux:8", "RUN dnf -y install php-fpm", 'CMD ["/sbin/php-fpm", "-F", "-O"]'), false);
		assert.equal(mayRun("FROM debian:12", "RUN apt-get install -y php8.2-fpm", 'CMD ["php-fpm8.2", "-F"]'), false);
		assert.equal(mayRun("FROM alpine:3.22", "RUN apk add php83-fpm", 'CMD ["php-fpm83", "-F"]'), false);
		assert.equal(mayRun("FROM rockylinux:9", "RUN dnf install -y php", 'CMD ["php-fpm", "-F"]'), false);
		assert.equal(mayRun("FROM php:8.5-fpm", "RUN apt-get install -y php-common phpunit", 'CMD ["php-fpm"]'), true);
		assert.equal(mayRun("FROM debian:12", "RUN ./configure && make install", 'CMD ["php-fpm"]'), true);
	});

	it("nobody who looks for settings that a RUN left in root's home", () => {
		const withSettings = (run: string): boolean => mayRun("FROM alpine:3.22", `RUN ${run}`, 'ENTRYPOINT ["aws"]');
		for (const run of [
			"mkdir -p /root/.aws && echo '[default]' > /root/.aws/config",
			"echo a > ~/.aws/config",
			"echo a >> $HOME/.aws/config",
			"echo a | tee ~/.aws/config",
			"cp x /root/.aws/config",
			"ln -s /etc/aws /root/.aws",
			"curl -o /root/.kube/config https://example.com/config",
			"git clone https://example.com/a.git /root/.tool",
			"rm -f ~/.netrc\nRUN echo a > ~/.netrc",
			"echo a > ~/.netrc\nRUN rm -rf ~/.aws",
		])
			assert.equal(withSettings(run), false, run);
		for (const run of [
			"echo a > /root/.cache/a",
			"echo a > ~/.netrc && rm ~/.netrc",
			"echo a > ~/.netrc && make\nRUN rm -rf ~/.netrc",
			"echo a > ~/.aws/config\nRUN rm -rf /root/.aws /tmp/*",
			"trap 'rm /root/.netrc' EXIT; echo a > ~/.netrc",
			"cp /root/.aws/config /etc/aws",
			"echo 'alias a=b' >> ~/.bashrc",
			"mkdir -p /root/.aws",
		])
			assert.equal(withSettings(run), true, run);
		assert.equal(mayRun("FROM alpine:3.22", "RUN echo a >> ~/.bashrc", 'CMD ["bash"]'), false);
	});

	it("not what changes the system at the start", () => {
		for (const [call, program] of [
			["iptables -F && exec app", "iptables"],
			["ip link add a type dummy; app", "ip"],
			["mount -t tmpfs a /a && app", "mount"],
			["sysctl -w a=1 && app", "sysctl"],
			["apt-get update && apt-get install -y a && app", "apt-get"],
		] as const) {
			const stage = lastStage("FROM debian:12", `CMD ${call}`);
			assert.deepEqual(rootStartOf(stage), { kind: "needsRoot", program }, call);
			assert.equal(mayRunAsAnother(stage), false, call);
		}
		for (const call of ["chown -R app /data && app", "if [ -d /a ]; then umount /a; fi; app", "modprobe a || true; app"]) {
			const stage = lastStage("FROM debian:12", `CMD ${call}`);
			assert.equal(rootStartOf(stage), undefined, call);
			assert.equal(mayRunAsAnother(stage), false, call);
		}
		for (const call of ["ip addr && app", "mount && app", "sysctl -a && app", "iptables --version"])
			assert.equal(mayRun("FROM debian:12", `CMD ${call}`), true, call);
	});

	it("Docker's engine where a volume keeps its data, for sure if no other program starts", () => {
		const withData = (...lines: readonly string[]): Stage => lastStage("FROM debian:12", "VOLUME /var/lib/docker", ...lines);
		const engine = { kind: "needsRoot", program: "dockerd" };
		for (const start of ['ENTRYPOINT ["wrapper.sh"]', 'CMD ["bash"]', 'CMD ["supervisord", "-n"]', 'CMD ["sleep", "infinity"]'])
			assert.deepEqual(rootStartOf(withData(start)), engine, start);
		assert.equal(rootStartOf(withData('CMD ["node", "a.js"]')), undefined);
		assert.equal(mayRunAsAnother(withData('CMD ["node", "a.js"]')), false);
	});

	it("not what a script may be handed the name of: information where the image has it for sure", () => {
		const handed = (word: string, ...lines: readonly string[]): Stage =>
			lastStage("FROM debian:12", ...lines, 'ENTRYPOINT ["/entrypoint.sh"]', `CMD ["${word}"]`);
		for (const word of ["cron", "init", "nginx", "openvpn"]) {
			assert.equal(rootStartOf(handed(word)), undefined, word);
			assert.equal(mayRunAsAnother(handed(word)), false, word);
			assert.equal(mayRunAsAnother(handed(word, "COPY --from=nginx / /")), false, word);
		}
		assert.deepEqual(rootStartOf(handed("cron", "RUN apt-get install -y cron")), { kind: "needsRoot", program: "cron" });
		assert.equal(mayRunAsAnother(handed("serve")), true);
	});

	it("not servers of packages that have a user for them", () => {
		const started = (install: string, command: string): boolean => mayRun("FROM fedora:42", `RUN ${install}`, `CMD ${command}`);
		for (const [name, command] of [
			["redis", '["redis-server", "/etc/redis.conf"]'],
			["valkey", '["valkey-server", "/etc/valkey/valkey.conf"]'],
			["valkey-compat-redis", '["redis-server"]'],
			["rabbitmq-server", '["/usr/sbin/rabbitmq-server"]'],
			["postgresql17-server", '["/usr/pgsql-17/bin/postgres", "-D", "/data"]'],
			["mongodb-org", "mongod --config /etc/mongod.conf"],
			["mosquitto", '["mosquitto", "-c", "/etc/mosquitto/mosquitto.conf"]'],
			["lighttpd", '["lighttpd", "-D", "-f", "/etc/lighttpd/lighttpd.conf"]'],
		] as const) {
			assert.equal(started(`dnf install -y ${name}`, command), false, name);
			assert.equal(started("make install", command), true, name);
		}
		assert.equal(started("dnf install -y redis && dnf remove -y redis", '["redis-server"]'), true);
		assert.equal(started("dnf install -y redis", '["app"]'), true);
		assert.equal(mayRun("FROM debian:12", "RUN apt-get install -y redis-tools", 'CMD ["redis-server"]'), true);
		assert.equal(mayRun("FROM debian:12", "RUN apt-get install -y redis-server", 'ENTRYPOINT ["/run.sh"]', 'CMD ["redis-server"]'), false);
	});

	it("not the daemon of rsync, which changes its user itself", () => {
		assert.equal(mayRun("FROM alpine:3.22", 'CMD ["rsync", "--daemon", "--no-detach"]'), false);
		assert.equal(mayRun("FROM alpine:3.22", 'CMD ["rsync", "-a", "/a/", "/b"]'), true);
		const unused = (command: string): string | undefined => unusedUser(lastStage("FROM debian:12", "RUN useradd app", command))?.name;
		assert.equal(unused('CMD ["rsync", "--daemon", "--no-detach"]'), undefined);
		assert.equal(unused('CMD ["rsync", "-a", "/a/", "/b"]'), "app");
		assert.equal(mayRun("FROM debian:12", 'CMD ["service", "app", "start"]'), false);
		assert.equal(mayRun("FROM debian:12", 'CMD ["service", "app", "status"]'), true);
		for (const words of ["nginx ${ACTION:-start}", "nginx force-reload", 'nginx "$@"', "--full-restart nginx"])
			assert.equal(mayRun("FROM debian:12", `CMD service ${words} && tail -f /dev/null`), false, words);
	});

	it("not a VPN, nor what a script may do with the programs of one", () => {
		assert.deepEqual(rootStartOf(lastStage("FROM alpine:3.22", 'CMD ["tincd", "-D"]')), { kind: "needsRoot", program: "tincd" });
		for (const name of ["tinc", "openvpn", "wireguard-tools", "iptables"]) {
			const install = `RUN apk add ${name}`;
			assert.equal(mayRun("FROM alpine:3.22", install, 'ENTRYPOINT ["/entrypoint.sh"]'), false, name);
			assert.equal(mayRun("FROM alpine:3.22", install, 'ENTRYPOINT ["/app"]'), true, name);
			assert.equal(mayRun("FROM alpine:3.22", `${install} && apk del ${name}`, 'ENTRYPOINT ["/entrypoint.sh"]'), true, name);
		}
	});

	it("not the monitor of Internet Information Services, by whatever path or image it starts", () => {
		const monitor = { kind: "needsRoot", program: "ServiceMonitor.exe" };
		const core = "FROM mcr.microsoft.com/windows/servercore:ltsc2022";
		for (const lines of [
			[core, String.raw`ENTRYPOINT ["C:\\LogMonitor\\LogMonitor.exe", "C:\\ServiceMonitor.exe", "w3svc"]`],
			["# escape=`", core, String.raw`ENTRYPOINT C:\ServiceMonitor.exe w3svc`],
			["FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022", 'CMD ["a"]'],
			["FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2022"],
			["FROM mcr.microsoft.com/dotnet/framework/wcf:4.8", "COPY a /inetpub/wwwroot"],
		])
			assert.deepEqual(rootStartOf(lastStage(...lines)), monitor, lines.join());
		const script = String.raw`ENTRYPOINT ["powershell", "C:\\start.ps1"]`;
		assert.equal(rootStartOf(lastStage("FROM mcr.microsoft.com/windows/servercore/iis", script)), undefined);
		assert.equal(mayRun("FROM mcr.microsoft.com/windows/servercore/iis", script), false);
		assert.equal(mayRun(core, script), true);
		const other = ["powershell", "-Command", "echo ServiceMonitor.exe.log"];
		assert.equal(rootStartOf(lastStage(core, `ENTRYPOINT ${JSON.stringify(other)}`)), undefined);
	});

	it("as the user that images of .NET bring, with the SDK too", () => {
		for (const tag of ["8.0", "10.0-alpine", "9.0-noble", "8.0-bookworm-slim"])
			assert.equal(runAsBase(lastStage(`FROM mcr.microsoft.com/dotnet/sdk:${tag}`, 'CMD ["dotnet", "watch"]'))?.user, "1654:1654", tag);
		assert.match(runAsBase(lastStage("FROM mcr.microsoft.com/dotnet/sdk:7.0-alpine3.18"))?.creation ?? "", /-u 10001 /);
	});

	it("nobody where a tool starts that builds in a project of root's, whether or not a step has called it", () => {
		for (const call of ['"dotnet", "watch"', '"dotnet", "run"']) {
			assert.equal(mayRun("FROM mcr.microsoft.com/dotnet/sdk:8.0", "WORKDIR /app", "COPY . .", `CMD [${call}]`), false);
		}
		assert.equal(mayRun("FROM mcr.microsoft.com/dotnet/sdk:8.0", "WORKDIR /app", "COPY . .", 'CMD ["dotnet", "a.dll"]'), true);
		assert.equal(mayRun("FROM dart:3", "WORKDIR /app", "COPY . .", 'CMD ["dart", "run"]'), false);
		assert.equal(mayRun("FROM rust:1", "WORKDIR /app", "COPY . .", 'CMD ["cargo", "run"]'), false);
		assert.equal(mayRun("FROM golang:1.25", "WORKDIR /app", "COPY . .", 'CMD ["go", "run", "."]'), true);
	});

	it("nobody where Docker's client finds its settings in root's home, unless they are elsewhere", () => {
		assert.equal(mayRun("FROM ubuntu:24.04", "RUN gcloud auth configure-docker", 'CMD ["a"]'), false);
		assert.equal(mayRun("FROM ubuntu:24.04", "ENV DOCKER_CONFIG=/etc/docker", "RUN gcloud auth configure-docker", 'CMD ["a"]'), true);
	});

	it("nobody in the folder that Dart's image starts in, root's home, and in another one with a home", () => {
		assert.equal(mayRun("FROM dart:3.5", 'CMD ["dart", "a.dart"]'), false);
		assert.equal(mayRun("FROM dart:3.5", "WORKDIR /a", "RUN dart pub get", 'CMD ["dart", "run"]'), false);
		const elsewhere = ["FROM dart:3.5", "WORKDIR /a", 'CMD ["dart", "a.dart"]'];
		assert.equal(mayRun(...elsewhere), true);
		assert.match(runAsBase(lastStage(...elsewhere))?.creation ?? "", /--create-home/);
	});

	it("a shell of Java with a home", () => {
		assert.match(runAsBase(lastStage("FROM eclipse-temurin:21", 'CMD ["jshell"]'))?.creation ?? "", /--create-home/);
	});
});
