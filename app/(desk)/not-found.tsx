import { NotFoundPage } from "@/components/shell/not-found-page";

/** Inside the desk the navigation stays: a page the role may not see does not exist, the others do. */
export default NotFoundPage;
