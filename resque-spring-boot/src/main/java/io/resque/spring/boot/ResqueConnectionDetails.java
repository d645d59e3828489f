package io.resque.spring.boot;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where Redis is. A bean of this type wins over the property {@code resque.url}. Without such a bean and without the property, the
 * connection of Spring Data Redis counts if that is there, and otherwise {@code redis://localhost:6379/0}.
 */
@FunctionalInterface
public interface ResqueConnectionDetails extends ConnectionDetails {
    /**
     * The URL of Redis.
     *
     * @return as for {@link io.resque.core.Resque#connect}; it can hold a password, so it is not to be logged
     */
    String url();
}
