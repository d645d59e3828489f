import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tries the application of this project as its jar: java Trial.java shop.jar [the java of a version with virtual threads]. Starts its own
 * redis-server. java Trial.java shop.jar startup 15 measures how much longer the application starts with the auto-configuration than
 * without it, by 15 starts of each.
 */
public final class Trial {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<Process> STARTED = new ArrayList<>();

    private final String jar;
    private final Path folder;
    private final int redisPort;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process redis;
    private Process app;
    private String base;
    private int starts;

    private Trial(String jar) throws IOException {
        this.jar = jar;
        this.folder = Files.createTempDirectory("resque-boot-trial");
        try (ServerSocket free = new ServerSocket(0)) {
            redisPort = free.getLocalPort();
        }
    }

    public static void main(String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Process::destroyForcibly)));
        Trial trial = new Trial(args[0]);
        if (args.length > 2 && args[1].equals("startup")) {
            trial.measureStarts(Integer.parseInt(args[2]));
            return;
        }
        trial.works();
        trial.stopsUnderLoad();
        trial.waitsForRedis();
        if (args.length > 1) {
            trial.livesOnVirtualThreads(args[1]);
        } else {
            System.out.println("Boot: no Java with virtual threads was given, so these were not tried");
        }
    }

    private void works() throws Exception {
        startRedis();
        start("java");
        await("health UP", () -> get("/actuator/health", true).statusCode() == 200);
        push(1, 42);
        await("one job is processed", () -> counter("processed") == 1);
        String endpoint = get("/actuator/resque", true).body();
        check(endpoint.contains("\"processed\":1") && endpoint.contains("\"failed\":0") && endpoint.contains("mail"), endpoint);
        check(get("/actuator/health", true).body().contains("\"resque\":{"), "the health names Resque");
        check(get("/actuator/info", true).body().contains("\"resque\""), "the info names Resque");
        check(get("/actuator/resque", false).statusCode() == 401, "the endpoint is behind the login");
        if (has("resque-micrometer")) {
            String meter = get("/actuator/metrics/resque.job", true).body();
            check(meter.contains("\"COUNT\"") && meter.contains("\"class\""), meter);
        }
        page();
        System.out.println("Boot: a job, health, info, endpoint and page work, with no line that joins them");
        stop();
    }

    private boolean has(String name) throws IOException {
        try (java.util.jar.JarFile file = new java.util.jar.JarFile(jar)) {
            return file.stream().anyMatch(entry -> entry.getName().contains(name));
        }
    }

    /** The page, and its button that pauses all workers, behind Spring Security with its protection against forged requests. */
    private void page() throws Exception {
        check(get("/resque/", false).statusCode() == 401, "the page is behind the login");
        HttpResponse<String> page = get("/resque/", true);
        check(page.statusCode() == 200, "the page is shown: " + page.statusCode());
        String cookie = page.headers().firstValue("Set-Cookie").orElse("").replaceAll(";.*", "");
        Matcher form = Pattern.compile("(?s)<form[^>]*action=\"([^\"]*)\">(?:(?!</form>).)*\"pause-all\".*?</form>").matcher(page.body());
        check(form.find(), "the page has a button for a pause:\n" + page.body());
        URI action = URI.create(base + "/resque/").resolve(form.group(1).replace("&amp;", "&"));
        StringBuilder fields = new StringBuilder();
        Matcher field = Pattern.compile("<input[^>]*name=\"([^\"]*)\"[^>]*value=\"([^\"]*)\"").matcher(form.group());
        while (field.find()) {
            fields.append(fields.length() == 0 ? "" : "&").append(field.group(1)).append('=')
                    .append(URLEncoder.encode(field.group(2), StandardCharsets.UTF_8));
        }
        check(fields.indexOf("_csrf=") >= 0, "the form has Spring's token: " + fields);
        int forged = post(action, cookie, fields.toString().replaceAll("_csrf=[^&]*", "_csrf=wrong"));
        check(forged == 401 || forged == 403, "a forged request is refused: " + forged); // Spring asks for the login anew
        int status = post(action, cookie, fields.toString());
        check(status == 303 || status == 302 || status == 200, "the button is pressed: " + status);
        await("all workers are paused", () -> get("/actuator/resque", true).body().contains("\"pausedAll\":true"));
        command("DEL", "resque:pause-all-workers");
    }

    private int post(URI action, String cookie, String form) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(action)
                .header("Authorization", login())
                .header("Cookie", cookie)
                .header("Origin", base) // as browsers do
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private void stopsUnderLoad() throws Exception {
        startRedis();
        start("java", "--resque.worker.concurrency=8");
        await("health UP", () -> get("/actuator/health", true).statusCode() == 200);
        push(20_000, 0);
        await("jobs are processed", () -> counter("processed") > 100);
        stop();
        long processed = counter("processed");
        long left = Long.parseLong(command("LLEN", "resque:queue:mail"));
        System.out.println("Boot: SIGTERM with 20,000 jobs: " + processed + " processed, " + left + " left, "
                + counter("failed") + " failed, " + (20_000 - processed - left) + " lost");
        check(counter("failed") == 0 && processed + left == 20_000 && left > 0, "nothing is failed or lost, and some are left");
        check(command("SCARD", "resque:workers").equals("0"), "no worker is left");
    }

    private void waitsForRedis() throws Exception {
        stopRedis();
        start("java");
        await("health DOWN", () -> get("/actuator/health", true).statusCode() == 503);
        Instant before = Instant.now();
        startRedis();
        await("health UP", () -> get("/actuator/health", true).statusCode() == 200);
        System.out.println("Boot: without Redis the application is up and its health DOWN; UP "
                + Duration.between(before, Instant.now()).toMillis() + " ms after Redis was started");
        push(1, 1);
        await("one job is processed", () -> counter("processed") == 1);
        stop();
    }

    private void livesOnVirtualThreads(String java) throws Exception {
        startRedis();
        start(java, "--spring.main.web-application-type=none", "--spring.threads.virtual.enabled=true");
        await("a worker is registered", () -> !command("SCARD", "resque:workers").equals("0"));
        check(!app.waitFor(3, TimeUnit.SECONDS), "the application ended: status " + (app.isAlive() ? "" : app.exitValue()));
        push(1, 1);
        await("one job is processed", () -> counter("processed") == 1);
        System.out.println("Boot: with virtual threads and without a web server it stays alive");
        stop();
    }

    private void measureStarts(int times) throws Exception {
        startRedis();
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        String parts = "DataRedisConnection,ResqueTransaction,Resque,ResqueWorker,ResqueHealth,ResqueEndpoint,ResqueWeb,ResqueMetrics,ResqueTracing"
                .replaceAll("(\\w+)", "io.resque.spring.boot.$1AutoConfiguration");
        for (int i = 0; i < times + 2; i++) { // the first two warm the disk
            for (List<Double> into : List.of(with, without)) {
                start("java", into == with ? "--resque.metrics.fleet=false" : "--spring.autoconfigure.exclude=" + parts);
                Matcher took = Pattern.compile("Started Application in ([0-9.]+) seconds")
                        .matcher(Files.readString(folder.resolve("log" + starts)));
                check(took.find(), "the time of the start is logged");
                if (i >= 2) {
                    into.add(Double.parseDouble(took.group(1)));
                }
                app.destroyForcibly().waitFor();
            }
        }
        double one = median(with);
        double other = median(without);
        System.out.printf("Boot: a start takes %.3f s with the auto-configuration and %.3f s without it: %+.1f %%%n", one, other,
                (one / other - 1) * 100);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private void start(String java, String... more) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        base = "http://127.0.0.1:" + port;
        List<String> command = new ArrayList<>(List.of(
                java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", jar,
                "--server.port=" + port, "--resque.url=redis://127.0.0.1:" + redisPort + "/0"));
        command.addAll(List.of(more));
        File log = folder.resolve("log" + ++starts).toFile();
        app = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        STARTED.add(app);
        await("the application is started", () -> {
            String said = Files.readString(log.toPath());
            if (!app.isAlive()) {
                throw new IllegalStateException("The application ended:\n" + said);
            }
            return said.contains("Started Application");
        });
    }

    private void stop() throws Exception {
        app.destroy(); // SIGTERM
        check(app.waitFor(60, TimeUnit.SECONDS), "the application ends");
        check(app.exitValue() == 143, "as by a signal: " + app.exitValue());
        String said = Files.readString(folder.resolve("log" + starts));
        check(!said.contains("ERROR"), "the log has no error:\n" + said);
    }

    private void startRedis() throws Exception {
        stopRedis();
        redis = new ProcessBuilder("redis-server", "--port", String.valueOf(redisPort), "--bind", "127.0.0.1", "--save", "",
                        "--dir", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis").toFile())
                .start();
        STARTED.add(redis);
        await("Redis answers", () -> {
            try {
                return command("PING").equals("PONG");
            } catch (IOException e) {
                return false;
            }
        });
    }

    private void stopRedis() throws Exception {
        if (redis != null) {
            redis.destroyForcibly().waitFor();
        }
    }

    private void push(int jobs, int user) throws IOException {
        command("SADD", "resque:queues", "mail");
        for (int pushed = 0; pushed < jobs; ) {
            List<String> push = new ArrayList<>(List.of("RPUSH", "resque:queue:mail"));
            for (int i = 0; i < 1_000 && pushed < jobs; i++, pushed++) {
                push.add("{\"class\":\"WelcomeMail\",\"args\":[" + user + ",\"Chris\"]}");
            }
            command(push.toArray(String[]::new));
        }
    }

    private long counter(String name) throws IOException {
        String value = command("GET", "resque:stat:" + name);
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    /** Sends a command, and returns a reply of one line or one text. */
    private String command(String... words) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", redisPort)) {
            StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                text.append('$').append(word.getBytes(StandardCharsets.UTF_8).length).append("\r\n").append(word).append("\r\n");
            }
            OutputStream out = socket.getOutputStream();
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            if (line.startsWith("-")) {
                throw new IOException(line);
            }
            return line.startsWith("$") ? line.equals("$-1") ? "" : in.readLine() : line.substring(1);
        }
    }

    private HttpResponse<String> get(String path, boolean withLogin) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (withLogin) {
            request.header("Authorization", login());
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String login() {
        return "Basic " + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.call()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("Not within " + LIMIT + ": " + what);
            }
            Thread.sleep(100);
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("Boot: not so: " + what);
        }
    }
}
