import http, { type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy of the tests' own, on a loopback port. Whatever host is asked for, one server of this computer answers. */
export interface TestProxy {
	/** `http://127.0.0.1:PORT` */
	readonly address: string;
	/** `CONNECT ghcr.io:443`, `GET http://registry.example/v2/`; in order. */
	readonly requests: string[];
	/** What came as `Proxy-Authorization`, for each request. */
	readonly logins: (string | undefined)[];
	/** Answers every request with a status, without opening the way. */
	refusal: number | undefined;
	close(): Promise<void>;
}

/** @param target port of the server that answers; @param login `user:password` that is asked for */
export async function startProxy(target: () => number, login?: string): Promise<TestProxy> {
	const requests: string[] = [];
	const logins: (string | undefined)[] = [];
	const sockets = new Set<Socket>();
	let refusal: number | undefined;
	const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
	const refusalOf = (request: IncomingMessage): number | undefined => {
		const given = request.headers["proxy-authorization"];
		requests.push(`${request.method} ${request.url}`);
		logins.push(given);
		return refusal ?? (wanted === undefined || given === wanted ? undefined : 407);
	};
	const server = http.createServer((request, response) => {
		const status = refusalOf(request);
		if (status !== undefined) {
			response.writeHead(status).end();
			return;
		}
		const { pathname, search } = new URL(request.url ?? "");
		const { method = "GET", headers } = request;
		const onward = http.request({ host: "127.0.0.1", port: target(), method, path: `${pathname}${search}`, headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		request.pipe(onward);
	});
	server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
		sockets.add(socket);
		const status = refusalOf(request);
		if (status !== undefined) {
			socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
			return;
		}
		const onward = connect(target(), "127.0.0.1", () => {
			socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
			onward.write(head);
			socket.pipe(onward).pipe(socket);
		});
		sockets.add(onward);
		onward.on("error", () => socket.destroy());
		socket.on("error", () => onward.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		logins,
		get refusal() {
			return refusal;
		},
		set refusal(status) {
			refusal = status;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
