/** An adapter as somebody outside would write it; docs/write-an-adapter.md walks through it. */
@NullMarked
package com.example.socket;

import org.jspecify.annotations.NullMarked;
