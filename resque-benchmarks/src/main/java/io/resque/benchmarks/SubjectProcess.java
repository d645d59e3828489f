package io.resque.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link Subject} in its own process, which runs for the whole benchmark, so that all subjects are equally warm. */
final class SubjectProcess implements AutoCloseable {
    final String name;
    private final Process process;
    private final PrintStream orders;
    private final BufferedReader answers;

    SubjectProcess(String name, String url, List<String> command) throws IOException {
        this.name = name;
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(new File("/dev/null"));
        builder.environment().put("REDIS_URL", url);
        process = builder.start();
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a class with a {@code main}, with the URL as its first argument. */
    static SubjectProcess java(String name, String url, String heap, String classPath, String mainClass, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                classPath,
                mainClass,
                url));
        command.addAll(List.of(args));
        return new SubjectProcess(name, url, command);
    }

    /** Sends a line, and returns the numbers of the answer. */
    double[] numbers(String line) throws IOException {
        String[] words = tell(line).split(" ");
        double[] numbers = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Double.parseDouble(words[i]);
        }
        return numbers;
    }

    String tell(String line) throws IOException {
        orders.println(line);
        for (String answer = answers.readLine(); answer != null; answer = answers.readLine()) {
            if (answer.startsWith("= ")) {
                return answer.substring(2);
            }
        }
        throw new IOException(name + " ended at \"" + line + "\"; start it by hand to see why: "
                + process.info().commandLine().orElse(name));
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        orders.close();
        process.destroyForcibly();
    }
}
