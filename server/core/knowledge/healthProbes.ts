/**
 * Probes for HEALTHCHECK that ask a web server for its first page, as words of exec form, by the program that asks.
 * Each ends with 0 for an answer that means success and with another number for any other, and for none. Tried with BusyBox 1.35,
 * curl 7.88, wget 1.21, Node 22 and Python 3.11.
 */
export const HEALTH_PROBES = {
	wget: (url: string): readonly string[] => ["wget", "-q", "--spider", url],
	curl: (url: string): readonly string[] => ["curl", "-fsS", "-o", "/dev/null", url],
	/** Built-in modules are global in `-e`; what is thrown, and an error that nobody listens to, ends with 1. */
	node: (url: string): readonly string[] => [
		"node",
		"-e",
		`http.get('${url}', (answer) => { if (answer.statusCode >= 400) throw answer.statusCode; answer.resume(); })`,
	],
	python: (url: string): readonly string[] => ["python", "-c", `import urllib.request; urllib.request.urlopen('${url}', timeout=3)`],
} as const;

export type HealthProbe = keyof typeof HEALTH_PROBES;

/**
 * Ports on which servers speak plain HTTP by custom. Source: IANA's registry, the defaults of the frameworks and servers named here.
 * Read 2026-11.
 */
export const HTTP_PORTS: ReadonlySet<number> = new Set([
	// IANA: http, http-alt.
	...[80, 8008, 8080],
	// Express, Rails, Next.js and Grafana; Angular; Flask; Vite. Not 4000 and 4567, which TiDB and Galera have, too.
	...[3000, 4200, 5000, 5173],
	// CouchDB; rackup.
	...[5984, 9292],
	// Django, uvicorn and gunicorn; Jupyter; Gradio; Streamlit.
	...[8000, 8888, 7860, 8501],
	// What is next to 8080 where that is taken; Riak's protocol has 8087, Splunk's TLS 8089.
	...[8081, 8082, 8083, 8084, 8085, 8086, 8088, 8090],
	// Kibana; the management pages of RabbitMQ.
	...[5601, 15672],
]);

/** Ports that are known for something else than plain HTTP. Source: IANA's registry and the servers' documentation. Read 2026-11. */
export const PORTS_WITHOUT_HTTP: ReadonlySet<number> = new Set([
	20, 21, 22, 23, 25, 53, 67, 68, 69, 110, 111, 123, 137, 138, 139, 143, 161, 162, 179, 389, 443, 445, 465, 500, 514, 515, 554, 587, 631,
	636, 655, 853, 873, 990, 993, 995, 1080, 1194, 1433, 1521, 1723, 1812, 1883, 1935, 2049, 2181, 2222, 2375, 2376, 2377, 2380, 3306, 3389,
	3478, 4222, 4369, 4500, 4505, 4506, 5005, 5060, 5061, 5222, 5269, 5432, 5433, 5671, 5672, 5900, 5901, 6000, 6379, 6380, 6432, 6443, 6600,
	6667, 7000, 7199, 7946, 8009, 8025, 8443, 8883, 9000, 9042, 9050, 9092, 9093, 9229, 9300, 9443, 10389, 10443, 11211, 11300, 15671, 22222,
	25565, 26257, 27015, 27017, 33060, 50000, 50051, 51820, 53589,
]);
