"""Ground floor: the node decorator and small algorithms that know nothing of the language."""
