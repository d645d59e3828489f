package io.resque.launcher.internal.pool;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The options that operators give to every JVM. They win over ours, in whichever variable they stand. An option that only one JVM
 * can have, such as a debugger's port, is kept from all other JVMs. {@code bin/resque} follows the same rules for the first JVM.
 */
public final class JavaOptions {
    /** The variables from which a JVM takes options. */
    static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** A JVM splits options in the same way: blanks inside quotes do not separate. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"?|'[^']*'?)+");

    private static final List<String> ONLY_FOR_ONE = List.of(
            "-agentlib:",
            "-agentpath:",
            "-javaagent:",
            "-Xrun",
            "-Dcom.sun.management.",
            "-XX:+ManagementServer",
            "-XX:StartFlightRecording",
            "-XX:ArchiveClassesAtExit=",
            "-XX:AOTCacheOutput=");

    private static final Pattern FILE_OF_ONE = Pattern.compile("-Xloggc:.*|-Xlog:[^:]*:(?!std(out|err)(:|$))[^:]+.*");
    private static final Pattern COLLECTOR = Pattern.compile("Use\\w*GC");
    private static final Pattern COMPILER = Pattern.compile("Tiered\\w+|CompilationMode|-X(int|comp|mixed)");

    /** Names a file with more options, which are not read here. */
    private static final Pattern FILE = Pattern.compile("@.+|-XX:(Flags|VMOptionsFile)=.+");

    private static final Pattern WITH_WORDS = Pattern.compile("(?:@|-XX:VMOptionsFile=)([^@].*)");

    /** Ours that are for our collector or our compiler alone. */
    private static final Pattern WITH_OUR_COLLECTOR = Pattern.compile("Use\\w*GC|(Parallel|Conc)GCThreads");

    private static final Pattern WITH_OUR_COMPILER = Pattern.compile("TieredStopAtLevel|CompileThresholdScaling");

    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");
    private static final int WITH_G1 = 17;

    private static final List<String> OF_CHILDREN = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            // The default since Java 18, whatever the locale
            "-Dfile.encoding=UTF-8",
            // The names in Java 17, then in later versions
            "-Dsun.stdout.encoding=UTF-8",
            "-Dsun.stderr.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8");

    private JavaOptions() {}

    /**
     * Our options for a child. An option of the operator wins over ours. Java 17 can use the objects in a class archive
     * only with the collector G1. An archive that is mapped at the address for which it was written need not be patched.
     */
    static List<String> ofChildren(ChildOptions options, Map<String, String> environment) {
        List<String> all = new ArrayList<>(of(environment));
        all.addAll(options.javaOptions());
        List<String> ours = new ArrayList<>(OF_CHILDREN);
        int version = version(options.java());
        if (version == WITH_G1) {
            ours.addAll(List.of("-XX:+UseG1GC", "-XX:ParallelGCThreads=1", "-XX:ConcGCThreads=1"));
        } else {
            ours.add("-XX:+UseSerialGC");
        }
        if (version > 0) {
            ours.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"));
        }
        if (options.jobsPerFork() == 1) { // one job gains less by compiled code than compiling costs
            ours.add("-XX:CompileThresholdScaling=20");
        }
        ours.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        return unlessGiven(ours, all);
    }

    /** The version of Java, such as 17, by the file that stands beside each {@code java}; 0 if there is none. */
    private static int version(Path java) {
        try {
            Path home = java.toRealPath().getParent().getParent();
            if (home.equals(Path.of(System.getProperty("java.home")).toRealPath())) {
                return Runtime.version().feature();
            }
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** The options in the variables, in the order in which a JVM reads them. */
    public static List<String> of(Map<String, String> environment) {
        List<String> options = new ArrayList<>();
        for (String name : VARIABLES) {
            words(environment.getOrDefault(name, "")).forEach(word -> options.add(unquoted(word)));
        }
        return options;
    }

    /** Splits a text into options, which keep their quotes. */
    private static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .flatMap(found -> opened(found.group()))
                .toList();
    }

    private static String unquoted(String word) {
        return word.replaceAll("[\"']", "");
    }

    /** Replaces a file of options by its content, if one of them is only for one JVM. */
    private static Stream<String> opened(String word) {
        Matcher file = WITH_WORDS.matcher(unquoted(word));
        if (file.matches()) {
            try {
                String text = Files.readString(Path.of(file.group(1))).replaceAll("(?m)^\\s*#.*", "");
                List<String> inside =
                        WORD.matcher(text).results().map(MatchResult::group).toList();
                if (inside.stream().anyMatch(each -> isOnlyForOne(unquoted(each)))) {
                    return inside.stream();
                }
            } catch (IOException | RuntimeException e) {
                // The JVM will report what is wrong with the file.
            }
        }
        return Stream.of(word);
    }

    /** Whether a second JVM with the same option could not start, or would write into the file of the first. */
    static boolean isOnlyForOne(String option) {
        return ONLY_FOR_ONE.stream().anyMatch(option::startsWith)
                || FILE_OF_ONE.matcher(option).matches() && !option.contains("%p");
    }

    /** The options that any number of JVMs can have. */
    public static List<String> forMany(List<String> options) {
        return options.stream()
                .flatMap(JavaOptions::openedWords)
                .filter(option -> !isOnlyForOne(option))
                .toList();
    }

    private static Stream<String> openedWords(String option) {
        return opened(option).map(word -> word.equals(option) ? option : unquoted(word));
    }

    /** The names of the options that only one JVM can have. Without values, since an agent's may be a secret. */
    public static List<String> namesForOne(List<String> options) {
        return options.stream()
                .flatMap(JavaOptions::openedWords)
                .filter(JavaOptions::isOnlyForOne)
                .map(JavaOptions::shown)
                .distinct()
                .toList();
    }

    private static String shown(String option) {
        return option.replaceFirst("=.*", "");
    }

    /** Removes from the variables the options that only one JVM can have. */
    public static void keepForMany(Map<String, String> environment) {
        for (String name : VARIABLES) {
            String text = environment.getOrDefault(name, "");
            if (!of(Map.of(name, text)).stream().anyMatch(JavaOptions::isOnlyForOne)) {
                continue;
            }
            List<String> kept = words(text).stream()
                    .filter(word -> !isOnlyForOne(unquoted(word)))
                    .toList();
            if (kept.isEmpty()) {
                environment.remove(name);
            } else {
                environment.put(name, String.join(" ", kept));
            }
        }
    }

    /** Moves options back into their variables from variables of the same name with this prefix, where {@code bin/resque} kept them. */
    public static void giveBack(String prefix, Map<String, String> environment) {
        for (String name : VARIABLES) {
            String held = environment.remove(prefix + name);
            if (held != null && !held.isEmpty()) {
                environment.put(name, held);
            }
        }
    }

    /** Our options without those that a given option decides. */
    static List<String> unlessGiven(List<String> ours, List<String> given) {
        return ours.stream()
                .filter(option -> given.stream().noneMatch(other -> concernTheSame(option, other)))
                .toList();
    }

    private static boolean concernTheSame(String ours, String given) {
        String name = name(ours);
        String other = name(given);
        return name.equals(other)
                || WITH_OUR_COLLECTOR.matcher(name).matches()
                        && (COLLECTOR.matcher(other).matches()
                                || FILE.matcher(given).matches())
                || WITH_OUR_COMPILER.matcher(name).matches()
                        && COMPILER.matcher(other).matches();
    }

    /** The name without the value: {@code UseSerialGC} of {@code -XX:+UseSerialGC}, {@code -Da} of {@code -Da=b}. */
    private static String name(String option) {
        return option.replaceFirst("^-XX:[+-]?", "").replaceFirst("=.*", "");
    }

    /**
     * Refuses a fixed port for children, since there is more than one child.
     *
     * @throws ConfigurationException if one of the options has a port of its own
     */
    static void refusePorts(List<String> options) {
        Pattern debugger = Pattern.compile("-(agentlib:|Xrun)jdwp[=:](?=.*server=y).*address=([^,]*:)?([0-9]+).*");
        Pattern jmx = Pattern.compile("-Dcom\\.sun\\.management\\.jmxremote\\.(\\w+\\.)?port=()([0-9]+)");
        for (String option : options) {
            for (Pattern pattern : List.of(debugger, jmx)) {
                Matcher port = pattern.matcher(option);
                if (port.matches() && !port.group(3).matches("0+")) {
                    throw new ConfigurationException("The JVM options of the child processes have " + shown(option)
                            + ", but there is more than one child, and only one can have the port " + port.group(3)
                            + ". Give port 0, so that each child takes a free one and prints it; or run the jobs in the"
                            + " worker's own JVM, by FORK_PER_JOB=false, and give the option to that");
                }
            }
        }
    }
}
