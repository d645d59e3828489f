package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import io.resque.core.Resque;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServlet;
import jakarta.servlet.Servlet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Mounts the pages as a servlet, so the security of the application stands before them. */
@AutoConfiguration(after = ResqueAutoConfiguration.class)
@ConditionalOnClass({ResqueWeb.class, Servlet.class, ServletRegistrationBean.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnSingleCandidate(Resque.class)
@ConditionalOnBooleanProperty("resque.web.enabled")
@EnableConfigurationProperties(ResqueWebProperties.class)
final class ResqueWebAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ResqueWeb resqueWeb(Resque resque, ResqueWebProperties properties) {
        return ResqueWeb.builder()
                .add("resque", resque)
                .access(properties.access())
                .build();
    }

    @Bean
    @ConditionalOnMissingBean(name = "resqueWebServlet")
    ServletRegistrationBean<ResqueWebServlet> resqueWebServlet(ResqueWeb web, ResqueWebProperties properties) {
        String path = properties.path();
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('*') >= 0) {
            throw new ConfigurationException("The property resque.web.path is \"" + path
                    + "\"; it must be a path that begins with / and does not end with it, such as /admin/resque");
        }
        return new ServletRegistrationBean<>(new ResqueWebServlet(web), path + "/*");
    }
}
