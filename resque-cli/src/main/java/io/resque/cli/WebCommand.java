package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import io.resque.web.Access;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "web",
        description = {
            "Shows pages that tell whether all is well, and with --write mend what is not.",
            "It runs until it is interrupted. The pages are for this machine unless --bind says otherwise, and only show unless --write"
                    + " is given. docs/web.md says more."
        },
        footer = {
            "  resque web",
            "  resque web --write --name shop=redis://one:6379 --name blog=redis://two:6379",
            "  resque web --bind 0.0.0.0 --write --password-file users"
        })
final class WebCommand extends ResqueCommand {
    @Option(names = "--bind", paramLabel = "ADDRESS", description = "where to listen; by default 127.0.0.1")
    private String bind = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "NUMBER",
            description = "by default 5678, as Ruby's; 0 takes any that is free")
    private String port = "5678";

    @Option(names = "--write", description = "visitors can remove, retry and pause")
    private boolean write;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "asks for a name and a password of this file; each line is one that --add-user has printed")
    private @Nullable Path passwords;

    @Option(
            names = "--add-user",
            paramLabel = "NAME",
            description = "reads a password from the input, prints the line of a password file, and ends")
    private @Nullable String user;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "a name by which browsers ask, such as that of a proxy; can be given again")
    private List<String> hosts = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "INSTANCE",
            description =
                    "a name, = and a URL: shows this Redis under the name, in place of --redis; can be given again")
    private List<String> named = new ArrayList<>();

    @Override
    void check() {
        if (json) {
            throw mistake("web prints no JSON");
        }
        if (!Numbers.isWhole(port, 65_535)) {
            throw mistake("--port must be a number from 0 to 65535, was " + Numbers.shown(port));
        }
        for (String each : named) {
            if (each.indexOf('=') < 1) {
                throw mistake(
                        "--name must be NAME=URL, such as shop=redis://localhost:6379, was " + Numbers.shown(each));
            }
        }
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) throws Exception {
        if (user != null) {
            console.line(ResqueWeb.passwordLine(user, password()));
            return ExitStatus.OK;
        }
        Map<String, Resque> instances = new LinkedHashMap<>();
        try {
            for (String each : named) {
                int equals = each.indexOf('=');
                instances.put(
                        each.substring(0, equals),
                        environment.resque().url(each.substring(equals + 1)).build());
            }
            if (instances.isEmpty()) {
                show(Map.of("resque", resque), console);
            } else {
                show(instances, console);
            }
        } finally {
            instances.values().forEach(Resque::close);
        }
        return ExitStatus.OK;
    }

    private char[] password() throws IOException {
        warn("The password of " + user + ":");
        // Whatever the locale, as browsers send it
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null || line.isEmpty()) {
            throw mistake("--add-user needs a password: write it as one line into the input");
        }
        return line.toCharArray();
    }

    /** Until this thread is interrupted, or the JVM ends. */
    private void show(Map<String, Resque> instances, Console console) {
        ResqueWeb.Builder web = ResqueWeb.builder().access(write ? Access.ALL : Access.READ);
        instances.forEach(web::add);
        hosts.forEach(web::host);
        if (passwords != null) {
            web.passwords(passwords);
        }
        System.getProperties().putIfAbsent("jdk.httpserver.maxConnections", "200");
        try (ResqueWebServer server = web.build().start(bind, Integer.parseInt(port))) {
            console.line("http://" + (bind.contains(":") ? "[" + bind + "]" : bind) + ":"
                    + server.address().getPort() + "/");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
