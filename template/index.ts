module.exports = require("ecr-customers").program();
