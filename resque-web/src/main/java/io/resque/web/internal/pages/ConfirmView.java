package io.resque.web.internal.pages;

/** A question before a button touches many. */
record ConfirmView(String question, Button again, String back) {}
