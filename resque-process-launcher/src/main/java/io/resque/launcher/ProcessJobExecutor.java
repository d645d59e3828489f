package io.resque.launcher;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.launcher.internal.pool.ChildOptions;
import io.resque.launcher.internal.pool.ProcessExecutor;
import io.resque.launcher.internal.process.EnvironmentReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs each job in a child JVM, as Ruby's and PHP's workers fork a child for each job. Whatever a job does to its process, the
 * worker goes on; and the worker can kill a job that runs past its limit. The executor's name is {@code process}. Immutable; any
 * number of workers can use it.
 *
 * <pre>{@code
 * public final class MyJobs implements JobModule { // public, with a public constructor without parameters
 *     @Override
 *     public void register(JobRegistry jobs) {
 *         jobs.register("Mail", Mail::new);
 *     }
 * }
 *
 * resque.workerBuilder("mail").module(new MyJobs()).executor("process").start();
 * }</pre>
 *
 * <p>A child loads the modules of the worker by their class names. So it knows only the jobs and listeners that a {@link
 * io.resque.api.JobModule} adds: {@code start} refuses jobs that are registered on the builder of the worker, and warns of listeners
 * outside a module that override a method that runs in the child. A child has no connection to Redis: when a job enqueues another job, its
 * worker writes it. A child has the environment of this process, except for {@link Builder#withoutEnvironment}. The worker logs the output
 * of a child, line by line, to the slf4j logger {@code io.resque.job}. The standard input of a child is empty. A child ends after its last
 * job, together with all threads that the job left behind, and without shutdown hooks. Processes that a job left behind live on.
 *
 * <p>If a child dies, the outcome is a {@link io.resque.api.spi.JobOutcome.Died}; but a job that ends its process with status 0 has
 * completed. The time limit of a job begins when the child has the job. A job that still runs one second after its limit is killed,
 * together with the processes that it has started. When the worker's process dies, its children end too.
 */
public final class ProcessJobExecutor implements JobExecutorProvider {
    private static final String JOBS_PER_FORK = "jobs-per-fork";
    private static final String MAY_LEAVE = "may-leave";
    private static final String JAVA_OPTIONS = "java-options";

    private final ChildOptions options;

    /** An executor with the defaults of {@link #builder}. */
    public ProcessJobExecutor() {
        this(builder().options());
    }

    private ProcessJobExecutor(ChildOptions options) {
        this.options = options;
    }

    /**
     * Starts with the defaults.
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

    /** {@code jobs-per-fork}; {@code may-leave} with commas, and {@code java-options} with blanks between them. */
    @Override
    public Set<String> settings() {
        return Set.of(JOBS_PER_FORK, MAY_LEAVE, JAVA_OPTIONS);
    }

    @Override
    public JobExecutorProvider with(Map<String, String> settings) {
        EnvironmentReader given = new EnvironmentReader(settings);
        String javaOptions = settings.get(JAVA_OPTIONS);
        String mayLeave = settings.get(MAY_LEAVE);
        return new ProcessJobExecutor(new ChildOptions(
                given.number(JOBS_PER_FORK, options.jobsPerFork(), 1, Integer.MAX_VALUE),
                mayLeave == null ? options.mayLeave() : ChildOptions.mayLeave(MAY_LEAVE, mayLeave),
                options.standby(),
                options.memoryLimit(),
                options.java(),
                javaOptions == null ? options.javaOptions() : EnvironmentReader.words(javaOptions),
                options.classPath(),
                options.startTimeout(),
                options.withoutEnvironment(),
                options.archives(),
                options.trainedBy(),
                options.pipes()));
    }

    /**
     * Starts a first child and waits for it, so that a job or module that no child can load is reported before the worker takes a job.
     *
     * @throws ConfigurationException if a job or a module exists in this process only, or a child cannot be started
     */
    @Override
    public JobExecutor open(JobExecutorHost host) {
        return ProcessExecutor.open(options, host, pid -> {});
    }

    ChildOptions options() {
        return options;
    }

    /** Options for the children. Not thread-safe. */
    public static final class Builder {
        private final ChildOptions.Builder options = new ChildOptions.Builder();

        private Builder() {}

        /**
         * How many jobs a child runs before another child replaces it. Default 1: no job sees what an earlier job has left behind. With
         * more, the worker looks at the child after each job, and ends it earlier if the job has left a {@link Leftover} behind. Such a look
         * costs some tens of microseconds. It does not see static fields, files in folders and virtual threads.
         *
         * @param jobs at least 1
         * @return this builder
         */
        public Builder jobsPerFork(int jobs) {
            if (jobs < 1) {
                throw new IllegalArgumentException("jobsPerFork must be at least 1, was " + jobs);
            }
            options.jobsPerFork = jobs;
            return this;
        }

        /**
         * Keeps each child until a job has left a {@link Leftover} behind, or it has run 1,000 jobs: {@code jobsPerFork(1000)}.
         *
         * @return this builder
         */
        public Builder recycled() {
            return jobsPerFork(ChildOptions.RECYCLED);
        }

        /**
         * The kinds of things that a job may leave behind, so that its child runs further jobs. Has no effect if each job has a child of its
         * own. Default: none.
         *
         * @param kinds all that are allowed; they replace those of an earlier call
         * @return this builder
         */
        public Builder mayLeave(Leftover... kinds) {
            options.mayLeave = Leftover.names(kinds);
            return this;
        }

        /**
         * Whether the worker starts children ahead, as many as jobs have run at the same time, so that a job finds one that is
         * ready. Default true. With false each job waits for the start of a JVM, and the worker needs less memory.
         *
         * @param standby false for none ahead
         * @return this builder
         */
        public Builder standby(boolean standby) {
            options.standby = standby;
            return this;
        }

        /**
         * Replaces a child of several jobs whose process holds more memory than this after a job; the heap is only a part of it. Works on
         * Linux only, and has no effect elsewhere. Default: no limit.
         *
         * @param bytes more than 0
         * @return this builder
         */
        public Builder memoryLimit(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("memoryLimit must be more than 0 bytes, was " + bytes);
            }
            options.memoryLimit = bytes;
            return this;
        }

        /**
         * Options for the children's JVM, such as {@code -Xmx256m}. They win over our own options, which are {@code
         * -XX:TieredStopAtLevel=1}, with one job for each child {@code -XX:CompileThresholdScaling=20}, {@code -XX:+UseSerialGC} or on Java
         * 17 {@code -XX:+UseG1GC} with one thread, {@code -XX:ArchiveRelocationMode=0}, {@code -XX:-UsePerfData}, {@code
         * -XX:+ExitOnOutOfMemoryError} and {@code -Dfile.encoding=UTF-8}: for a quick start, a sure end and the same text on every machine.
         * Jobs that compute for long run faster with {@code -XX:TieredStopAtLevel=4}. Children do not get the options and properties of this JVM, except
         * {@code java.io.tmpdir}. The variables {@code JAVA_TOOL_OPTIONS}, {@code JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS} win
         * over our options too, but children do not get agents, ports, recordings and log files from them. If these options name
         * a debugger's or JMX port other than 0, {@link JobExecutorProvider#open} refuses them.
         *
         * @param options each as it stands on the command line
         * @return this builder
         */
        public Builder javaOptions(String... options) {
            this.options.javaOptions = List.of(options);
            return this;
        }

        /**
         * The class path of the children. It must hold this library and the modules. Default: the class path of this JVM. If it is a
         * Spring Boot jar, or such a jar's folders, children are started by the launcher in it. If a child cannot load this library from
         * it, {@link JobExecutorProvider#open} says why.
         *
         * @param classPath as {@code java -cp} takes it
         * @return this builder
         */
        public Builder classPath(String classPath) {
            options.classPath = Objects.requireNonNull(classPath, "classPath");
            return this;
        }

        /**
         * The {@code java} program for the children. Default: the one that runs this JVM.
         *
         * @param program such as {@code /usr/lib/jvm/java-17/bin/java}
         * @return this builder
         */
        public Builder java(Path program) {
            options.java = Objects.requireNonNull(program, "program");
            return this;
        }

        /**
         * How long the start of a child may take. Default: 30 seconds. If three starts fail while a job waits, the job counts as
         * died.
         *
         * @param timeout more than zero
         * @return this builder
         */
        public Builder startTimeout(Duration timeout) {
            if (Objects.requireNonNull(timeout, "timeout").isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("startTimeout must be more than zero, was " + timeout);
            }
            options.startTimeout = timeout;
            return this;
        }

        /**
         * Removes variables, such as {@code REDIS_URL}, from the environment of children. Children have all other variables of this
         * process, as after a fork, and so have the processes that jobs start. This prevents accidents, not attacks: a process of
         * the same user can read the environment of this process. Default: none is removed.
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
            options.withoutEnvironment = List.of(names);
            return this;
        }

        /**
         * Whether the worker makes an archive of the children's classes (AppCDS) in the background, and uses it for each start from then
         * on. It saves processor time, most where jobs load many classes. There is one archive, of about 15 MB, for each class path, Java and
         * set of options, in the folder {@code resque-java} under {@code XDG_CACHE_HOME} or {@code ~/.cache}; workers share it, and it is
         * made again after a change of the class path. Java makes no archive of folders: a child gets a jar with the content of each
         * folder on its class path, from the same place. With false, or the option {@code -Xshare:auto}, it gets the folders
         * themselves. Where no archive can be made, children start without. Default true.
         *
         * @param archive false for none
         * @return this builder
         */
        public Builder classArchive(boolean archive) {
            return archives(archive ? ChildOptions.archivesOfThisUser() : null);
        }

        /**
         * Records which classes the first children load, before the archive of {@link #classArchive} is made, so that it holds those of
         * your jobs and their libraries too. Without that it holds only what each child loads. The first children start as without an
         * archive. Once there is an archive, nothing is recorded until the class path changes. Default 0.
         *
         * @param children how many, from 0 to 1000
         * @return this builder
         */
        public Builder trainedBy(int children) {
            if (children < 0 || children > 1000) {
                throw new IllegalArgumentException("trainedBy must be from 0 to 1000, was " + children);
            }
            options.trainedBy = children;
            return this;
        }

        Builder archives(@Nullable Path folder) {
            options.archives = folder;
            return this;
        }

        Builder pipes(boolean pipes) {
            options.pipes = pipes;
            return this;
        }

        ChildOptions options() {
            return options.build();
        }

        /**
         * The executor, for {@code WorkerBuilder.executor}.
         *
         * @return the executor
         */
        public ProcessJobExecutor build() {
            return new ProcessJobExecutor(options());
        }
    }
}
