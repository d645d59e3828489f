package io.resque.launcher;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs each job in a child JVM, as Ruby's and PHP's workers fork one: whatever a job does to its process, the worker
 * goes on, and a job that runs past its limit is killed. Named {@code process}. Immutable; good for any number of workers.
 *
 * <p>A child loads the modules of the worker by their class names, so it knows only what a {@link io.resque.api.JobModule}
 * registers, and only listeners that a module adds. It has no connection to Redis: what a job enqueues, its worker
 * writes. It has the environment of this process, but see {@link Builder#withoutEnvironment}. What a child prints goes line by line to the slf4j logger {@code io.resque.job}; its standard input is empty.
 * It ends with its last job, together with the threads that the job left behind, without shutdown hooks. Processes that
 * a job left behind live on.
 *
 * <p>A death of a child is a {@link io.resque.api.spi.JobOutcome.Died}, except that a job which ends its process with
 * status 0 has ended well. A time limit counts from when the child has its job; a job that goes on a second after it is
 * killed, with the processes it has started. Children end by themselves when the worker's process is gone.
 */
public final class ProcessJobExecutor implements JobExecutorProvider {
    private final ChildOptions options;

    /** With what {@link #builder} gives where nothing is chosen. */
    public ProcessJobExecutor() {
        this(builder().options());
    }

    private ProcessJobExecutor(ChildOptions options) {
        this.options = options;
    }

    /**
     * Begins to choose.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    /**
     * Starts a first child and waits for it, so that what no child can run is known before a job is taken.
     *
     * @throws ConfigurationException if a job or a module exists in this process only, or a child cannot be started
     */
    @Override
    public JobExecutor open(JobExecutorHost host) {
        return ProcessExecutor.open(options, host, pid -> {});
    }

    /** Chooses how children run. Not thread-safe. */
    public static final class Builder {
        private int jobsPerFork = 1;
        private boolean standby = true;
        private long memoryLimit;
        private Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        private List<String> javaOptions = List.of();
        private String classPath = System.getProperty("java.class.path");
        private Duration startTimeout = Duration.ofSeconds(30);
        private List<String> withoutEnvironment = List.of();
        private @Nullable Path archives = ClassArchive.defaultFolder();

        private Builder() {}

        /**
         * How many jobs a child runs before it is replaced. Default 1: no job sees what another has left.
         *
         * @param jobs at least 1
         * @return this builder
         */
        public Builder jobsPerFork(int jobs) {
            if (jobs < 1) {
                throw new IllegalArgumentException("jobsPerFork must be at least 1, was " + jobs);
            }
            this.jobsPerFork = jobs;
            return this;
        }

        /**
         * Whether children are started ahead, as many as jobs have run at once, so that a job finds one that is ready.
         * Default true; without, a job waits for the start of a JVM and memory is saved.
         *
         * @param standby whether
         * @return this builder
         */
        public Builder standby(boolean standby) {
            this.standby = standby;
            return this;
        }

        /**
         * Replaces a child that holds more memory than this after a job. The whole process counts, not only its heap.
         * Known on Linux only; elsewhere without effect. Default: no limit.
         *
         * @param bytes more than 0
         * @return this builder
         */
        public Builder memoryLimit(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("memoryLimit must be more than 0 bytes, was " + bytes);
            }
            this.memoryLimit = bytes;
            return this;
        }

        /**
         * Options for the children's JVM, such as {@code -Xmx256m}. They come after ours and win over them: {@code
         * -XX:TieredStopAtLevel=1}, {@code -XX:+UseSerialGC}, {@code -XX:-UsePerfData}, {@code
         * -XX:+ExitOnOutOfMemoryError}, {@code -Dfile.encoding=UTF-8}, which make for a quick start, a sure end and the
         * same text everywhere. Jobs that compute for long want {@code -XX:TieredStopAtLevel=4}. This JVM's own options and
         * properties are not passed on, except {@code java.io.tmpdir}. The variables {@code JAVA_TOOL_OPTIONS}, {@code
         * JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS} win over ours, too; agents, ports, recordings and log files in them
         * are kept from children. A debugger's or JMX port other than 0 among these options is refused when the executor is
         * opened.
         *
         * @param options each as it stands on the command line
         * @return this builder
         */
        public Builder javaOptions(String... options) {
            this.javaOptions = List.of(options);
            return this;
        }

        /**
         * The class path of the children, with this library and the modules. Default: that of this JVM.
         *
         * @param classPath as {@code java -cp} takes it
         * @return this builder
         */
        public Builder classPath(String classPath) {
            this.classPath = Objects.requireNonNull(classPath, "classPath");
            return this;
        }

        /**
         * The program that runs children. Default: that of this JVM.
         *
         * @param program such as {@code /usr/lib/jvm/java-17/bin/java}
         * @return this builder
         */
        public Builder java(Path program) {
            this.java = Objects.requireNonNull(program, "program");
            return this;
        }

        /**
         * How long a child may take to be ready. Default: 30 seconds. A job waits for three children in turn, and then
         * counts as died.
         *
         * @param timeout more than zero
         * @return this builder
         */
        public Builder startTimeout(Duration timeout) {
            if (Objects.requireNonNull(timeout, "timeout").isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("startTimeout must be more than zero, was " + timeout);
            }
            this.startTimeout = timeout;
            return this;
        }

        /**
         * Takes variables out of the environment of children, such as {@code REDIS_URL}. They have all others of this process,
         * as a fork would, and pass them on to the processes that jobs start. It keeps a job from using them by accident: a
         * process of the same user can read the environment of this one. Default: none is taken out.
         *
         * @param names of variables; one that is not set does no harm
         * @return this builder
         * @throws IllegalArgumentException if a name is empty or holds {@code =}
         */
        public Builder withoutEnvironment(String... names) {
            for (String name : names) {
                if (name.isBlank() || name.indexOf('=') >= 0) {
                    throw new IllegalArgumentException("withoutEnvironment was given \"" + name
                            + "\"; it must be the name of a variable, such as REDIS_URL");
                }
            }
            this.withoutEnvironment = List.of(names);
            return this;
        }

        /**
         * Whether an archive of the children's classes (AppCDS) is made once and used from then on, which saves processor
         * time at each start, the more the more classes jobs load. It is kept in {@code resque-java} under {@code XDG_CACHE_HOME} or {@code ~/.cache},
         * for each class path and Java. Where none can be made, such as with folders on the class path, children start
         * without. Default true.
         *
         * @param archive whether
         * @return this builder
         */
        public Builder classArchive(boolean archive) {
            return archives(archive ? ClassArchive.defaultFolder() : null);
        }

        Builder archives(@Nullable Path folder) {
            this.archives = folder;
            return this;
        }

        ChildOptions options() {
            return new ChildOptions(
                    jobsPerFork,
                    standby,
                    memoryLimit,
                    java,
                    javaOptions,
                    classPath,
                    startTimeout,
                    withoutEnvironment,
                    archives);
        }

        /**
         * The executor, for {@code WorkerBuilder.executor}.
         *
         * @return what opens it
         */
        public ProcessJobExecutor build() {
            return new ProcessJobExecutor(options());
        }
    }
}
