package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Where Redis is: a bean, the property, Spring Data Redis, or localhost. */
class ConnectionDetailsTest {
    private final ApplicationContextRunner withData =
            Runners.plain().withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class));

    private static void assertUrl(ApplicationContextRunner runner, String url) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(ResqueConnectionDetails.class).url()).isEqualTo(url);
        });
    }

    @Test
    void withoutAnythingItIsLocalhost() {
        assertUrl(Runners.plain(), "redis://localhost:6379/0");
        assertUrl(Runners.plain().withPropertyValues("resque.url="), "redis://localhost:6379/0");
        assertUrl(
                Runners.plain().withClassLoader(new FilteredClassLoader("org.springframework.boot.data")),
                "redis://localhost:6379/0");
    }

    @Test
    void aBeanWinsOverThePropertyAndThatOverSpringData() {
        ApplicationContextRunner both = withData.withPropertyValues(
                "spring.data.redis.host=data", "spring.data.redis.port=7000", "spring.data.redis.database=3");
        assertUrl(both, "redis://data:7000/3");
        assertUrl(both.withPropertyValues("resque.url=redis://own:1/2"), "redis://own:1/2");
        assertUrl(
                both.withPropertyValues("resque.url=redis://own:1/2")
                        .withBean(ResqueConnectionDetails.class, () -> () -> "redis://bean:5/0"),
                "redis://bean:5/0");
    }

    @Test
    void loginsAreEncoded() {
        assertUrl(
                withData.withPropertyValues("spring.data.redis.username=us er", "spring.data.redis.password=p:@/#+1"),
                "redis://us%20er:p%3A%40%2F%23%2B1@localhost:6379/0");
        assertUrl(withData.withPropertyValues("spring.data.redis.password=x"), "redis://:x@localhost:6379/0");
        assertUrl(withData.withPropertyValues("spring.data.redis.ssl.enabled=true"), "rediss://localhost:6379/0");
    }

    @Test
    void sentinelsAndClusters() {
        assertUrl(
                withData.withPropertyValues(
                        "spring.data.redis.sentinel.master=main",
                        "spring.data.redis.sentinel.nodes=a:1,b:2",
                        "spring.data.redis.password=x",
                        "spring.data.redis.database=4"),
                "redis-sentinel://:x@a:1,b:2/4#main");
        assertUrl(withData.withPropertyValues("spring.data.redis.cluster.nodes=a:1,b:2"), "redis://a:1/0");
    }

    @Test
    void anAddressWithColonsHasBrackets() {
        DataRedisConnectionDetails details = new DataRedisConnectionDetails() {
            @Override
            public Standalone getStandalone() {
                return Standalone.of("::1", 6379);
            }
        };
        assertThat(DataRedisUrl.of(details)).isEqualTo("redis://[::1]:6379/0");
    }
}
