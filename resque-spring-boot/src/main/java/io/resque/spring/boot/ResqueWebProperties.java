package io.resque.spring.boot;

import io.resque.web.Access;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Pages inside the application, with resque-web.
 *
 * @param enabled whether the pages are mounted
 * @param path where they are mounted
 * @param access what every visitor can do whom the security of the application lets through
 */
@ConfigurationProperties("resque.web")
record ResqueWebProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("/resque") String path,
        @DefaultValue("read") Access access) {}
