package io.resque.web;

import io.resque.web.internal.http.ServletAdapter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Shows the pages inside an application, under whatever path it is mapped to, such as {@code /admin/jobs/*}. The login is the
 * application's: a {@link ResqueWeb.Builder#access} function tells who may do what. If a request has the attribute {@code _csrf} of Spring
 * Security, each form holds its token. Thread-safe.
 */
public final class ResqueWebServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ServletAdapter adapter;

    /**
     * A servlet of some pages.
     *
     * @param web the pages
     */
    public ResqueWebServlet(ResqueWeb web) {
        this.adapter = new ServletAdapter(web.gate(false));
    }

    /** Answers all methods, since the pages say themselves which they refuse. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        adapter.service(request, response);
    }
}
