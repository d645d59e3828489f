package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.TypedJob;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** Jobs by annotation. */
@Timeout(60)
class ResqueJobTest {
    private static final List<String> RUNS = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        RUNS.clear();
    }

    /** Runs a job, and returns how it ended. */
    private static JobStatus run(AssertableApplicationContext context, String job, Object... args) throws Exception {
        assertThat(context).hasNotFailed();
        Resque resque = context.getBean(Resque.class);
        String token = resque.enqueueTracked("mail", job, args).orElseThrow();
        return resque.awaitEnd(token, Duration.ofSeconds(50)).orElseThrow();
    }

    private static String failure(AssertableApplicationContext context, String job, Object... args) throws Exception {
        assertThat(run(context, job, args).state()).isEqualTo(JobState.FAILED);
        return context.getBean(Resque.class)
                .failures()
                .newest(FailureFilter.all(), 0, 1)
                .get(0)
                .error();
    }

    record Welcome(long user, String name, Optional<String> locale) {}

    enum Size {
        SMALL,
        LARGE
    }

    static class Mailer {
        @ResqueJob(value = "WelcomeMail", queue = "mail")
        String welcome(long user, JobContext context, String name, Optional<Size> size) {
            return user + " " + name + " " + size + " of " + context.queue();
        }

        @ResqueJob("Whole")
        String whole(Welcome welcome) {
            return welcome.name() + " " + welcome.locale();
        }

        @ResqueJob("${names.nothing:Nothing}")
        private void nothing() {
            RUNS.add("nothing");
        }

        @ResqueJob("Lists")
        int lists(List<Welcome> many, Map<String, Object> options) {
            return many.size() + options.size();
        }

        @ResqueJob("Throws")
        void fails() throws java.io.IOException {
            throw new java.io.IOException("on purpose");
        }
    }

    @Test
    void aMethodTakesItsArgumentsByPosition() {
        Runners.inMemory().withBean(Mailer.class).run(context -> {
            assertThat(run(context, "WelcomeMail", 42, "Chris", "LARGE").result())
                    .isEqualTo("42 Chris Optional[LARGE] of mail");
            assertThat(run(context, "WelcomeMail", 42, "Chris").result()).isEqualTo("42 Chris Optional.empty of mail");
            assertThat(run(context, "WelcomeMail", 42, "Chris", null).result())
                    .isEqualTo("42 Chris Optional.empty of mail");
            assertThat(failure(context, "WelcomeMail", 42)).contains("was given 1 arguments", "takes 3");
            assertThat(failure(context, "WelcomeMail", 42, "Chris", "LARGE", 1)).contains("was given 4 arguments");
            assertThat(failure(context, "WelcomeMail", "x", "Chris")).contains("WelcomeMail");
            assertThat(failure(context, "WelcomeMail", 42, null)).contains("WelcomeMail");
        });
    }

    @Test
    void aRecordTakesAllOfThem() {
        Runners.inMemory().withBean(Mailer.class).run(context -> {
            assertThat(run(context, "Whole", 42, "Chris").result()).isEqualTo("Chris Optional.empty");
            assertThat(run(context, "Whole", Map.of("user", 42, "name", "Kim", "locale", "de"))
                            .result())
                    .isEqualTo("Kim Optional[de]");
            assertThat(failure(context, "Whole", 42, "Chris", "de", 1)).contains("Whole");
            Map<String, Object> options = new LinkedHashMap<>(Map.of("a", 1));
            assertThat(run(context, "Lists", List.of(Map.of("user", 1, "name", "x")), options)
                            .result())
                    .isEqualTo(2L);
        });
    }

    @Test
    void aPrivateMethodAndAnExceptionWork() {
        Runners.inMemory()
                .withBean(Mailer.class)
                .withPropertyValues("names.nothing=Renamed")
                .run(context -> {
                    assertThat(run(context, "Renamed").state()).isEqualTo(JobState.COMPLETE);
                    assertThat(RUNS).containsExactly("nothing");
                    assertThat(failure(context, "Throws")).isEqualTo("on purpose");
                });
    }

    @Test
    void queuesOfJobsAreWorkedUnlessAPropertyNamesThem() {
        Runners.inMemory()
                .withBean(Mailer.class)
                .run(context -> assertThat(workedQueues(context)).containsExactly("mail"));
        Runners.inMemory()
                .withBean(Mailer.class)
                .withPropertyValues("resque.worker.queues=critical, low")
                .run(context -> assertThat(workedQueues(context)).containsExactly("critical", "low"));
    }

    private static List<String> workedQueues(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        return context.getBean(ResqueWorkers.class).running().get("worker").queues();
    }

    static class Instance implements Job, DisposableBean {
        @Override
        public void setUp(JobContext context) {
            RUNS.add("set up");
        }

        @Override
        public void perform(JobContext context) {
            RUNS.add("perform");
            if (context.args().size() > 0) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Override
        public void tearDown(JobContext context) {
            RUNS.add("tear down");
        }

        @Override
        public void destroy() {
            RUNS.add("destroyed");
        }
    }

    @ResqueJob(value = "Report", queue = "mail")
    static class Report extends Instance {}

    @Configuration(proxyBeanMethods = false)
    static class Prototypes {
        @Bean
        @Scope("prototype")
        Report report() {
            return new Report();
        }

        @Bean
        @Scope("prototype")
        @ResqueJob(value = "ByMethod", queue = "mail")
        Job byMethod() {
            return new Instance();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Report", "ByMethod"})
    void eachRunHasAnInstanceWhichIsDestroyed(String job) {
        Runners.inMemory().withUserConfiguration(Prototypes.class).run(context -> {
            run(context, job);
            run(context, job, "fail");
            assertThat(RUNS)
                    .containsExactly(
                            "set up",
                            "perform",
                            "tear down",
                            "destroyed",
                            "set up",
                            "perform",
                            "tear down",
                            "destroyed");
        });
    }

    @Test
    void aSingletonIsRefused() {
        assertRefused(Report.class, "add @Scope(\"prototype\")", "bean", "Report");
    }

    @ResqueJob("NoJob")
    static class NoJob {}

    @Test
    void aBeanThatIsNoJobIsRefused() {
        assertRefused(NoJob.class, "is no io.resque.api.Job");
    }

    @ResqueJob(value = "Typed", queue = "mail")
    static class Typed implements TypedJob<Welcome> {
        @Override
        public void perform(Welcome welcome, JobContext context) {
            context.result(welcome.name());
        }
    }

    @Test
    void aTypedJobCanBeASingleton() {
        Runners.inMemory()
                .withBean(Typed.class)
                .run(context ->
                        assertThat(run(context, "Typed", 1, "Chris").result()).isEqualTo("Chris"));
    }

    private static void assertRefused(Class<?> bean, String... parts) {
        Runners.inMemory()
                .withBean(bean)
                .withPropertyValues("resque.worker.queues=mail")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContainingAll(parts));
    }

    static class Twice {
        @ResqueJob(value = "WelcomeMail", queue = "mail")
        void again() {}
    }

    @Test
    void twoJobsOfOneNameAreRefused() {
        Runners.inMemory()
                .withBean(Mailer.class)
                .withBean(Twice.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll(
                                "\"WelcomeMail\" is there twice", "the method welcome of", "the method again of"));
    }

    static class NoQueue {
        @ResqueJob("NoQueue")
        void perform() {}
    }

    static class Blank {
        @ResqueJob(" ")
        void perform() {}
    }

    static class Future {
        @ResqueJob(value = "Future", queue = "mail")
        CompletableFuture<String> perform() {
            return CompletableFuture.completedFuture("");
        }
    }

    static class ByNumber {
        @ResqueJob(value = "ByNumber", queue = "mail")
        void perform(JobContext context, Map<Integer, String> texts) {}
    }

    static class DelaysAlone {
        @ResqueJob(value = "Delays", queue = "mail", retryDelays = "1s")
        void perform() {}
    }

    @Test
    void whatCannotWorkIsRefusedAtTheStart() {
        Runners.inMemory()
                .withBean(NoQueue.class)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("set resque.worker.queues"));
        assertRefused(Blank.class, "has no name");
        assertRefused(Future.class, "a job ends when its method returns");
        assertRefused(ByNumber.class, "Parameter 2 of the method perform of", "Map<String, …>");
        assertRefused(DelaysAlone.class, "retries = 3");
    }

    static class Retried {
        private final List<Integer> attempts = new ArrayList<>();

        @ResqueJob(value = "Retried", queue = "mail", retries = 2, uniqueWhileRunning = "1m")
        String perform(JobContext context) {
            attempts.add(context.attempt());
            if (context.attempt() < 2) {
                throw new IllegalStateException("on purpose");
            }
            return attempts.toString();
        }
    }

    @Test
    void aJobIsRetried() {
        Runners.inMemory()
                .withBean(Retried.class)
                .run(context -> assertThat(run(context, "Retried").result()).isEqualTo("[0, 1, 2]"));
    }

    interface Greeting {
        String greet(String name);
    }

    static class Greeter implements Greeting {
        @Override
        @ResqueJob(value = "Greet", queue = "mail")
        public String greet(String name) {
            return "Hello " + name;
        }
    }

    /** As transactions and caches make them. */
    private static BeanNameAutoProxyCreator proxies(boolean byClass) {
        BeanNameAutoProxyCreator proxies = new BeanNameAutoProxyCreator();
        proxies.setBeanNames("greeter");
        proxies.setInterceptorNames("advice");
        proxies.setProxyTargetClass(byClass);
        return proxies;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void proxiesAreCalled(boolean byClass) {
        Runners.inMemory()
                .withBean("greeter", Greeter.class)
                .withBean("advice", MethodInterceptor.class, () -> call -> call.proceed() + ", by a proxy")
                .withBean(BeanNameAutoProxyCreator.class, () -> proxies(byClass))
                .run(context ->
                        assertThat(run(context, "Greet", "Chris").result()).isEqualTo("Hello Chris, by a proxy"));
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBeans {
        @Bean
        @Lazy
        Mailer mailer() {
            RUNS.add("made");
            return new Mailer();
        }
    }

    @Test
    void aLazyBeanIsMadeForItsFirstJob() {
        Runners.inMemory().withUserConfiguration(LazyBeans.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(RUNS).isEmpty();
            assertThat(run(context, "Whole", 42, "Chris").result()).isEqualTo("Chris Optional.empty");
            assertThat(RUNS).containsExactly("made");
        });
    }

    @Test
    void withoutWorkersNothingIsLookedFor() {
        Runners.inMemory()
                .withBean(Report.class)
                .withPropertyValues("resque.worker.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ResqueWorkers.class));
    }
}
