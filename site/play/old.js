// Runs in browsers that know no modules: they cannot run the page.
document.getElementById("state").textContent =
  "This browser is too old for the playground. A current Firefox, Chrome, Edge or Safari runs it.";
