package io.resque.core.internal.settings;

import io.resque.api.ConfigurationException;
import java.util.Optional;

/** The variables that say where Redis is, which other libraries have named, with their meaning. Immutable. */
final class RedisVariables {
    /** This variable means here what it means in php-resque. */
    private static final String PHP = "REDIS_BACKEND";

    private final Texts variables;

    RedisVariables(Texts variables) {
        this.variables = variables;
    }

    /** The namespace. */
    Optional<String> prefix() {
        Optional<String> prefix = variables.get("PREFIX");
        if (prefix.filter("0"::equals).isPresent()) {
            throw new ConfigurationException(
                    "PREFIX is \"0\", which php-resque takes for none; leave it out for the prefix"
                            + " resque, or choose a prefix that is not a number");
        }
        return prefix;
    }

    /** The URL of Redis. */
    Optional<String> url() {
        String name = variables.get(PHP).isPresent() ? PHP : "REDIS_URL";
        Optional<String> given = variables.get(name);
        Optional<String> database = variables.get("REDIS_BACKEND_DB");
        if (database.filter(number -> !number.matches("\\d{1,9}")).isPresent()) {
            throw new ConfigurationException(
                    "REDIS_BACKEND_DB is \"" + database.get() + "\"; it must be the number of a database, such as 0");
        }
        if (given.isEmpty()) {
            return database.map(number -> RedisAddress.LOCAL + "/" + number);
        }
        String url = given.get();
        if (url.startsWith("/") || url.startsWith("unix:") && !url.startsWith("unix://")) {
            throw new ConfigurationException(
                    name + " is \"" + RedisAddress.withoutLogin(url)
                            + "\"; a Unix domain socket needs unix:// and its whole path, such as unix:///run/redis/redis.sock");
        }
        if (name.equals(PHP)) {
            url = RedisAddress.ofPhp(url);
        }
        return Optional.of(database.isEmpty() ? url : RedisAddress.withDatabase(name, url, database.get()));
    }
}
